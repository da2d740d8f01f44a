using System.Text.Json;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Evidence.Bundle;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
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
            RunId.FromTrusted(GetText(run, "run_id")),
            GetText(run, "workspace_slug"),
            StateText.ParseRunState(GetText(run, "state")),
            run.FindText("reason"),
            GetTime(run, "created_at_utc"),
            GetHash(run, "definition_sha256"),
            FindTime(run, "ended_at_utc"),
            GetText(run, "engine_version")
        )
        {
            Selection = run.FindText("selection"),
        };
    }

    public JsonElement Root => _bundle.RootElement;

    public RunRow RunRow { get; }

    public RunState State => RunRow.State;

    public IEnumerable<JsonElement> TaskElements => Root.GetProperty("tasks").EnumerateArray();

    public IEnumerable<TaskRow> ReadTasks() =>
        TaskElements.Select(t => new TaskRow(
            TaskId.FromTrusted(GetText(t, "task_id")),
            StateText.ParseTaskState(GetText(t, "state")),
            t.FindText("reason"),
            OperatorKey.FromTrusted(GetText(t, "operator_key")),
            GetText(t, "command"),
            FindAttempt(t, "current_attempt_id"),
            GetNumber(t, "iteration"),
            t.GetProperty("allow_failure").GetBoolean()
        ));

    public IEnumerable<AttemptRow> ReadAttempts() =>
        TaskElements.SelectMany(t =>
            t.GetProperty("attempts").EnumerateArray().Select(a => ReadAttempt(TaskId.FromTrusted(GetText(t, "task_id")), a))
        );

    public static IEnumerable<OutputRow> ReadOutputs(JsonElement attempt) =>
        attempt
            .GetProperty("outputs")
            .EnumerateArray()
            .Select(o => new OutputRow(
                AttemptId.FromTrusted(GetText(attempt, "attempt_id")),
                GetText(o, "path"),
                GetHash(o, "sha256"),
                GetNumber(o, "size")
            ));

    /// <summary>Outputs of all attempts.</summary>
    public IEnumerable<OutputRow> ReadOutputs() =>
        TaskElements.SelectMany(static task => task.GetProperty("attempts").EnumerateArray().SelectMany(ReadOutputs));

    /// <summary>Files that the run has published; bundles of earlier versions have none.</summary>
    public IReadOnlyList<PublishedRow> ReadPublished() =>
        Root.TryGetProperty(BundleNames.Published, out var published)
            ?
            [
                .. published
                    .EnumerateArray()
                    .Select(p => new PublishedRow(
                        GetText(p, "path"),
                        TaskId.FromTrusted(GetText(p, "task_id")),
                        GetText(p, "output"),
                        TaskState.Completed
                    )
                    {
                        PublishedAttempt = FindAttempt(p, "attempt_id"),
                        PublishedContent = GetHash(p, "sha256"),
                        PublishedSize = GetNumber(p, "size"),
                        At = GetTime(p, "at_utc"),
                    }),
            ]
            : [];

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
                GetTime(e, "at_utc"),
                EventKinds.Parse(GetText(e, "kind")),
                FindTask(e, "task_id"),
                FindAttempt(e, "attempt_id"),
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
                GetTime(i, "planned_at_utc"),
                FindTime(i, "analyzed_at_utc")
            ));

    /// <summary>Amendments of tasks; bundles of earlier versions have none.</summary>
    public IReadOnlyList<AmendmentRow> ReadAmendments() =>
        Root.TryGetProperty(BundleNames.Amendments, out var amendments)
            ?
            [
                .. amendments
                    .EnumerateArray()
                    .Select(a => new AmendmentRow(
                        GetTime(a, "at_utc"),
                        TaskId.FromTrusted(GetText(a, "task_id")),
                        FindAttempt(a, "attempt_id"),
                        GetText(a, "actor"),
                        a.FindText("reason"),
                        a.GetProperty("changes").GetRawText(),
                        a.GetProperty("previous").GetRawText()
                    )),
            ]
            : [];

    /// <summary>Finds a task as <c>workflow.json</c> has it; null if there is none.</summary>
    public PlannedTask? FindPlannedTask(TaskId id) =>
        _workflow
            .RootElement.GetProperty("tasks")
            .EnumerateArray()
            .Where(t => GetText(t, "task_id") == id.Value)
            .Select(t => TaskJson.Read(id, OperatorKey.FromTrusted(GetText(t, "operator_key")), t.GetProperty("definition").GetRawText()))
            .FirstOrDefault();

    public IEnumerable<(TaskId Task, TaskId DependsOn)> ReadDependencies() =>
        from task in _workflow.RootElement.GetProperty("tasks").EnumerateArray()
        where task.GetProperty("definition").TryGetProperty("depends_on", out var _)
        from needed in task.GetProperty("definition").GetProperty("depends_on").EnumerateArray()
        select (TaskId.FromTrusted(GetText(task, "task_id")), TaskId.FromTrusted(needed.GetString()!));

    public IEnumerable<(TaskId Task, OperatorKey Key, long Iteration)> ReadDeclaredTasks() =>
        _workflow
            .RootElement.GetProperty("tasks")
            .EnumerateArray()
            .Select(t =>
                (TaskId.FromTrusted(GetText(t, "task_id")), OperatorKey.FromTrusted(GetText(t, "operator_key")), GetNumber(t, "iteration"))
            );

    public Sha256 DefinitionHash => GetHash(_workflow.RootElement, "definition_sha256");

    public void Dispose()
    {
        _bundle.Dispose();
        _workflow.Dispose();
    }

    public static string GetText(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null");

    /// <exception cref="FormatException">The text is no hash.</exception>
    public static Sha256 GetHash(JsonElement json, string name) => Sha256.Parse(GetText(json, name));

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

    private static DateTimeOffset GetTime(JsonElement json, string name) => Timestamps.Parse(GetText(json, name));

    private static DateTimeOffset? FindTime(JsonElement json, string name) =>
        json.FindText(name) is { } text ? Timestamps.Parse(text) : null;

    private static TaskId? FindTask(JsonElement json, string name) =>
        json.FindText(name) is { } text ? TaskId.FromTrusted(text) : (TaskId?)null;

    private static AttemptId? FindAttempt(JsonElement json, string name) =>
        json.FindText(name) is { } text ? AttemptId.FromTrusted(text) : null;

    private static AttemptRow ReadAttempt(TaskId task, JsonElement a) =>
        new()
        {
            AttemptId = AttemptId.FromTrusted(GetText(a, "attempt_id")),
            TaskId = task,
            AttemptIndex = GetNumber(a, "attempt_index"),
            State = StateText.ParseAttemptStatus(GetText(a, "state")),
            Reason = a.FindText("reason"),
            OperatorKey = OperatorKey.FromTrusted(GetText(a, "operator_key")),
            WiringSha256 = GetHash(a, "wiring_sha256"),
            OperatorSha256 = GetHash(a, "operator_sha256"),
            ExternalId = a.FindText("external_id"),
            ExitCode = a.FindNumber("exit_code"),
            CreatedAt = GetTime(a, "created_at_utc"),
            SubmittedAt = FindTime(a, "submitted_at_utc"),
            EndedAt = FindTime(a, "ended_at_utc"),
            RelativePath = GetText(a, "relative_path"),
            CachedFrom = a.FindText("cached_from"),
            CauseText = a.FindText("end_cause"),
            NotCarriedReason = a.FindText("not_carried"),
            Node = a.FindText("node"),
            Usage = FindUsage(a),
            Given = a.TryGetProperty("given", out var given) ? GivenResources.Parse(given.GetRawText()) : null,
            Origin = a.TryGetProperty("original", out var original) ? CacheOriginJson.Read(original) : null,
            FingerprintParts = a.FindText("fingerprint_parts"),
            ContinuedAttempts = (int)Math.Clamp(a.FindNumber("continued_attempts") ?? 0, 0, int.MaxValue),
            Carried = a.TryGetProperty("carried", out var carried)
                ?
                [
                    .. carried
                        .EnumerateArray()
                        .Select(file => new LeftFile(
                            GetText(file, "path"),
                            GetText(file, "source"),
                            GetHash(file, "sha256"),
                            GetNumber(file, "size"),
                            AttemptId.FromTrusted(GetText(file, "origin_attempt_id")),
                            file.FindText("place") ?? ""
                        )),
                ]
                : [],
            Codes = a.TryGetProperty("codes", out var codes)
                ?
                [
                    .. codes
                        .EnumerateArray()
                        .Select(code => new AttemptCodeRow(GetText(code, "code"), GetHash(code, "code_sha256"), code.FindText("version"))),
                ]
                : [],
        };

    // Attempts of earlier versions have none.
    private static AttemptUsage? FindUsage(JsonElement a) =>
        a.FindText("usage_source") is not { } usedBy
            ? null
            : new AttemptUsage
            {
                StartedAt = FindTime(a, "started_at_utc"),
                QueueTime = FindSeconds(a, "queue_seconds"),
                WallTime = FindSeconds(a, "wall_seconds"),
                CpuTime = FindSeconds(a, "cpu_seconds"),
                PeakMemoryBytes = a.FindNumber("peak_memory_bytes"),
                Source = UsageSourceText.Find(usedBy),
                Note = a.FindText("usage_note"),
            };

    /// <exception cref="JsonException">The number is no time.</exception>
    private static TimeSpan? FindSeconds(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) ? null
        : Math.Abs(value.GetDouble()) < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(value.GetDouble())
        : throw new JsonException($"'{name}' is no time");
}
