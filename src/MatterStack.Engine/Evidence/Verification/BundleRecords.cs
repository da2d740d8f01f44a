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
                + $"this version of MatterStack reads version {BundleWriter.SchemaVersion}");
        }

        var run = Root.GetProperty("run");
        RunRow = new RunRow(GetText(run, "run_id"), GetText(run, "workspace_slug"), StateText.ParseRunState(GetText(run, "state")), FindText(run, "reason"), GetText(run, "created_at_utc"), GetText(run, "definition_sha256"), FindText(run, "ended_at_utc"), GetText(run, "engine_version"));
    }

    public JsonElement Root => _bundle.RootElement;

    public RunRow RunRow { get; }

    public RunState State => RunRow.State;

    public IEnumerable<JsonElement> TaskElements => Root.GetProperty("tasks").EnumerateArray();

    public IEnumerable<TaskRow> ReadTasks() => TaskElements.Select(t => new TaskRow(
        GetText(t, "task_id"), StateText.ParseTaskState(GetText(t, "state")), FindText(t, "reason"), GetText(t, "operator_key"), GetText(t, "command"), FindText(t, "current_attempt_id"), GetNumber(t, "iteration"), t.GetProperty("allow_failure").GetBoolean()));

    public IEnumerable<AttemptRow> ReadAttempts() => TaskElements.SelectMany(t => t.GetProperty("attempts").EnumerateArray().Select(a => ReadAttempt(GetText(t, "task_id"), a)));

    public static IEnumerable<OutputRow> ReadOutputs(JsonElement attempt) =>
        attempt.GetProperty("outputs").EnumerateArray().Select(o => new OutputRow(GetText(attempt, "attempt_id"), GetText(o, "path"), GetText(o, "sha256"), GetNumber(o, "size")));

    public IEnumerable<EventRow> ReadEvents()
    {
        using var stream = _source.Open(BundleNames.Events);
        using var reader = new StreamReader(stream);
        foreach (var (line, _) in UntrustedBundleLimits.ReadLines(reader))
        {
            using var document = OutsideJson.Parse(line, JsonRule.Records, out var fault) ?? throw new JsonException(fault!.FormatFor(BundleNames.Events));
            var e = document.RootElement;
            yield return new EventRow(GetNumber(e, "seq"), GetText(e, "at_utc"), GetText(e, "kind"), FindText(e, "task_id"), FindText(e, "attempt_id"), FindText(e, "actor"), FindText(e, "details"));
        }
    }

    public IEnumerable<IterationRow> ReadIterations() => Root.GetProperty("iterations").EnumerateArray().Select(i => new IterationRow(
        GetNumber(i, "iteration"), FindText(i, "state"), GetNumber(i, "tasks"), i.TryGetProperty("completed", out var c) ? c.GetInt64() : null, GetText(i, "planned_at_utc"), FindText(i, "analyzed_at_utc")));

    public IEnumerable<(string TaskId, string DependsOn)> ReadDependencies() =>
        from task in _workflow.RootElement.GetProperty("tasks").EnumerateArray()
        where task.GetProperty("definition").TryGetProperty("depends_on", out var _)
        from needed in task.GetProperty("definition").GetProperty("depends_on").EnumerateArray()
        select (GetText(task, "task_id"), needed.GetString()!);

    public IEnumerable<(string TaskId, string OperatorKey, long Iteration)> ReadDeclaredTasks() =>
        _workflow.RootElement.GetProperty("tasks").EnumerateArray().Select(t => (GetText(t, "task_id"), GetText(t, "operator_key"), GetNumber(t, "iteration")));

    public string DefinitionHash => GetText(_workflow.RootElement, "definition_sha256");

    public void Dispose()
    {
        _bundle.Dispose();
        _workflow.Dispose();
    }

    public static string GetText(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null");

    public static string? FindText(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <exception cref="JsonException">The file is not JSON.</exception>
    public static JsonDocument ParseJson(BundleSource source, string name)
    {
        using var stream = source.OpenLimited(name, UntrustedBundleLimits.MaxJsonBytes);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return OutsideJson.Parse(copy.GetBuffer().AsMemory(0, (int)copy.Length), JsonRule.Records, out var fault) ?? throw new JsonException(fault!.FormatFor(name));
    }

    private static long GetNumber(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static AttemptRow ReadAttempt(string task, JsonElement a) => new(
        GetText(a, "attempt_id"), task, GetNumber(a, "attempt_index"), StateText.ParseAttemptStatus(GetText(a, "state")), FindText(a, "reason"), GetText(a, "operator_key"), GetText(a, "wiring_sha256"), GetText(a, "operator_sha256"),
        FindText(a, "external_id"), a.TryGetProperty("exit_code", out var code) ? code.GetInt64() : null, GetText(a, "created_at_utc"), FindText(a, "submitted_at_utc"), FindText(a, "ended_at_utc"),
        GetText(a, "relative_path"), FindText(a, "cached_from"), null)
    {
        EndCause = EndCauseText.FindEndCause(FindText(a, "end_cause")),
        Origin = a.TryGetProperty("original", out var original) ? CacheOriginJson.Read(original) : null,
        FingerprintParts = FindText(a, "fingerprint_parts"),
    };
}
