using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Evidence;

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
        _bundle = Parse(source, BundleNames.Bundle);
        _workflow = Parse(source, BundleNames.Workflow);
        if (Number(Root, "schema_version") != Bundle.SchemaVersion)
        {
            throw new JsonException(
                $"{BundleNames.Bundle} has schema version {Number(Root, "schema_version")}; "
                + $"this version of MatterStack reads version {Bundle.SchemaVersion}");
        }

        var run = Root.GetProperty("run");
        RunRow = new RunRow(Text(run, "run_id"), Text(run, "workspace_slug"), Text(run, "state"), Maybe(run, "reason"), Text(run, "created_at_utc"), Text(run, "definition_sha256"), Maybe(run, "ended_at_utc"), Text(run, "engine_version"));
    }

    public JsonElement Root => _bundle.RootElement;

    public RunRow RunRow { get; }

    public RunState State => StateText.ParseRunState(RunRow.State);

    public IEnumerable<JsonElement> TaskElements => Root.GetProperty("tasks").EnumerateArray();

    public IEnumerable<TaskRow> ReadTasks() => TaskElements.Select(t => new TaskRow(
        Text(t, "task_id"), Text(t, "state"), Maybe(t, "reason"), Text(t, "operator_key"), Text(t, "command"), Maybe(t, "current_attempt_id"), Number(t, "iteration"), t.GetProperty("allow_failure").GetBoolean()));

    public IEnumerable<AttemptRow> ReadAttempts() => TaskElements.SelectMany(t => t.GetProperty("attempts").EnumerateArray().Select(a => Attempt(Text(t, "task_id"), a)));

    public static IEnumerable<OutputRow> Outputs(JsonElement attempt) =>
        attempt.GetProperty("outputs").EnumerateArray().Select(o => new OutputRow(Text(attempt, "attempt_id"), Text(o, "path"), Text(o, "sha256"), Number(o, "size")));

    public IEnumerable<EventRow> ReadEvents()
    {
        using var stream = _source.Open(BundleNames.Events);
        using var reader = new StreamReader(stream);
        foreach (var (line, _) in StrangerLimits.Lines(reader))
        {
            using var document = OutsideJson.Parse(line, JsonRule.Records, out var fault) ?? throw new JsonException(fault!.In(BundleNames.Events));
            var e = document.RootElement;
            yield return new EventRow(Number(e, "seq"), Text(e, "at_utc"), Text(e, "kind"), Maybe(e, "task_id"), Maybe(e, "attempt_id"), Maybe(e, "actor"), Maybe(e, "details"));
        }
    }

    public IEnumerable<IterationRow> ReadIterations() => Root.GetProperty("iterations").EnumerateArray().Select(i => new IterationRow(
        Number(i, "iteration"), Maybe(i, "state"), Number(i, "tasks"), i.TryGetProperty("completed", out var c) ? c.GetInt64() : null, Text(i, "planned_at_utc"), Maybe(i, "analyzed_at_utc")));

    public IEnumerable<(string TaskId, string DependsOn)> ReadDependencies() =>
        from task in _workflow.RootElement.GetProperty("tasks").EnumerateArray()
        where task.GetProperty("definition").TryGetProperty("depends_on", out var _)
        from needed in task.GetProperty("definition").GetProperty("depends_on").EnumerateArray()
        select (Text(task, "task_id"), needed.GetString()!);

    public IEnumerable<(string TaskId, string OperatorKey, long Iteration)> Declared() =>
        _workflow.RootElement.GetProperty("tasks").EnumerateArray().Select(t => (Text(t, "task_id"), Text(t, "operator_key"), Number(t, "iteration")));

    public string DefinitionHash => Text(_workflow.RootElement, "definition_sha256");

    public void Dispose()
    {
        _bundle.Dispose();
        _workflow.Dispose();
    }

    public static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null");

    public static string? Maybe(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <exception cref="JsonException">The file is not JSON.</exception>
    public static JsonDocument Parse(BundleSource source, string name)
    {
        using var stream = source.OpenUpTo(name, StrangerLimits.MostOfJson);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return OutsideJson.Parse(copy.GetBuffer().AsMemory(0, (int)copy.Length), JsonRule.Records, out var fault) ?? throw new JsonException(fault!.In(name));
    }

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static AttemptRow Attempt(string task, JsonElement a) => new(
        Text(a, "attempt_id"), task, Number(a, "attempt_index"), Text(a, "state"), Maybe(a, "reason"), Text(a, "operator_key"), Text(a, "wiring_sha256"), Text(a, "operator_sha256"),
        Maybe(a, "external_id"), a.TryGetProperty("exit_code", out var code) ? code.GetInt64() : null, Text(a, "created_at_utc"), Maybe(a, "submitted_at_utc"), Maybe(a, "ended_at_utc"),
        Text(a, "relative_path"), Maybe(a, "cached_from"), null)
    {
        Origin = a.TryGetProperty("original", out var original) ? CacheOriginJson.Read(original) : null,
        FingerprintParts = Maybe(a, "fingerprint_parts"),
    };
}
