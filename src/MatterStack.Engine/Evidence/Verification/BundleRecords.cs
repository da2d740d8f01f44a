using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>The records of a run, read from a bundle: <c>bundle.json</c>, <c>workflow.json</c> and <c>events.jsonl</c>.</summary>
internal sealed class BundleRecords : IRunRecords, IDisposable
{
    private readonly JsonDocument _bundle;
    private readonly JsonDocument _workflow;
    private readonly BundleSource _source;

    /// <exception cref="JsonException">A file is not JSON, or does not have the expected form.</exception>
    public BundleRecords(BundleSource source)
    {
        _source = source;
        _bundle = ParseJson(source, BundleNames.Bundle);
        _workflow = ParseJson(source, BundleNames.Workflow);
        if (GetNumber(Root, "schema_version") != BundleWriter.SchemaVersion)
        {
            throw new JsonException(
                $"{BundleNames.Bundle} has schema version {GetNumber(Root, "schema_version")}; "
                    + $"this version of MatterStack reads version {BundleWriter.SchemaVersion}"
            );
        }

        var run = Root.GetProperty("run");
        RunRow = new RunRow(
            GetText(run, "run_id"),
            GetText(run, "workspace_slug"),
            StateText.ParseRunState(GetText(run, "state")),
            run.FindText("reason"),
            GetText(run, "created_at_utc"),
            GetText(run, "definition_sha256"),
            run.FindText("ended_at_utc"),
            GetText(run, "engine_version")
        );
    }

    public JsonElement Root => _bundle.RootElement;

    public RunRow RunRow { get; }

    public RunState State => RunRow.State;

    public IEnumerable<JsonElement> TaskElements => Root.GetProperty("tasks").EnumerateArray();

    public IEnumerable<TaskRow> ReadTasks() =>
        TaskElements.Select(t => new TaskRow(
            GetText(t, "task_id"),
            StateText.ParseTaskState(GetText(t, "state")),
            t.FindText("reason"),
            GetText(t, "operator_key"),
            GetText(t, "command"),
            t.FindText("current_attempt_id"),
            GetNumber(t, "iteration"),
            t.GetProperty("allow_failure").GetBoolean()
        ));

    public IEnumerable<AttemptRow> ReadAttempts() =>
        TaskElements.SelectMany(t => t.GetProperty("attempts").EnumerateArray().Select(a => ReadAttempt(GetText(t, "task_id"), a)));

    public static IEnumerable<OutputRow> ReadOutputs(JsonElement attempt) =>
        attempt
            .GetProperty("outputs")
            .EnumerateArray()
            .Select(o => new OutputRow(GetText(attempt, "attempt_id"), GetText(o, "path"), GetText(o, "sha256"), GetNumber(o, "size")));

    public IEnumerable<EventRow> ReadEvents()
    {
        using var stream = _source.Open(BundleNames.Events);
        using var reader = new StreamReader(stream);
        foreach (var (line, _) in UntrustedBundleLimits.ReadLines(reader))
        {
            using var document = OutsideJson.Parse(line, JsonRule.Records, out var fault)
                ?? throw new JsonException(fault!.FormatFor(BundleNames.Events));
            var e = document.RootElement;
            yield return new EventRow(
                GetNumber(e, "seq"),
                GetText(e, "at_utc"),
                EventKinds.Parse(GetText(e, "kind")),
                e.FindText("task_id"),
                e.FindText("attempt_id"),
                e.FindText("actor"),
                e.FindText("details")
            );
        }
    }

    public IEnumerable<IterationRow> ReadIterations() =>
        Root.GetProperty("iterations")
            .EnumerateArray()
            .Select(i => new IterationRow(
                GetNumber(i, "iteration"),
                i.FindText("state"),
                GetNumber(i, "tasks"),
                i.FindNumber("completed"),
                GetText(i, "planned_at_utc"),
                i.FindText("analyzed_at_utc")
            ));

    public IEnumerable<(string TaskId, string DependsOn)> ReadDependencies() =>
        from task in _workflow.RootElement.GetProperty("tasks").EnumerateArray()
        where task.GetProperty("definition").TryGetProperty("depends_on", out var _)
        from needed in task.GetProperty("definition").GetProperty("depends_on").EnumerateArray()
        select (GetText(task, "task_id"), needed.GetString()!);

    public IEnumerable<(string TaskId, string OperatorKey, long Iteration)> ReadDeclaredTasks() =>
        _workflow
            .RootElement.GetProperty("tasks")
            .EnumerateArray()
            .Select(t => (GetText(t, "task_id"), GetText(t, "operator_key"), GetNumber(t, "iteration")));

    public string DefinitionHash => GetText(_workflow.RootElement, "definition_sha256");

    public void Dispose()
    {
        _bundle.Dispose();
        _workflow.Dispose();
    }

    public static string GetText(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null");

    /// <exception cref="JsonException">The file is not JSON.</exception>
    public static JsonDocument ParseJson(BundleSource source, string name)
    {
        using var stream = source.OpenLimited(name, UntrustedBundleLimits.MaxJsonBytes);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return OutsideJson.Parse(copy.GetBuffer().AsMemory(0, (int)copy.Length), JsonRule.Records, out var fault)
            ?? throw new JsonException(fault!.FormatFor(name));
    }

    private static long GetNumber(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static AttemptRow ReadAttempt(string task, JsonElement a) =>
        new()
        {
            AttemptId = GetText(a, "attempt_id"),
            TaskId = task,
            AttemptIndex = GetNumber(a, "attempt_index"),
            State = StateText.ParseAttemptStatus(GetText(a, "state")),
            Reason = a.FindText("reason"),
            OperatorKey = GetText(a, "operator_key"),
            WiringSha256 = GetText(a, "wiring_sha256"),
            OperatorSha256 = GetText(a, "operator_sha256"),
            ExternalId = a.FindText("external_id"),
            ExitCode = a.FindNumber("exit_code"),
            CreatedAtUtc = GetText(a, "created_at_utc"),
            SubmittedAtUtc = a.FindText("submitted_at_utc"),
            EndedAtUtc = a.FindText("ended_at_utc"),
            RelativePath = GetText(a, "relative_path"),
            CachedFrom = a.FindText("cached_from"),
            EndCause = EndCauseText.FindEndCause(a.FindText("end_cause")),
            Origin = a.TryGetProperty("original", out var original) ? CacheOriginJson.Read(original) : null,
            FingerprintParts = a.FindText("fingerprint_parts"),
        };
}
