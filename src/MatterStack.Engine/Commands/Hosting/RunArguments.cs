using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Arguments of a command, given with <c>-p:</c>; paths are absolute. Properties of the project and environment variables do not
/// count.</summary>
internal sealed record RunArguments
{
    /// <summary>A run's id or its beginning; null: the newest run.</summary>
    public string? RunId { get; init; }

    public string? TaskId { get; init; }

    public string? AttemptId { get; init; }

    /// <summary>The selected tasks; null: all, or the one that another argument names.</summary>
    public TaskSelection? Select { get; init; }

    /// <summary>The user's reason for a request.</summary>
    public string? Reason { get; init; }

    /// <summary>A person's decision: <c>approve</c> or <c>reject</c>; for a held task <c>retry</c> or <c>give_up</c>.</summary>
    public string? Decision { get; init; }

    /// <summary>A person's comment on their answer.</summary>
    public string? Comment { get; init; }

    /// <summary>Data of an answer, as JSON.</summary>
    public string? Data { get; init; }

    /// <summary>File with the data of an answer.</summary>
    public string? DataFile { get; init; }

    /// <summary>Amended memory of a held task, as the person wrote it; likewise the other metadata below.</summary>
    public string? MemoryGb { get; init; }

    public string? TimeLimitMinutes { get; init; }

    public string? Cores { get; init; }

    public string? Nodes { get; init; }

    public string? Ranks { get; init; }

    public string? Gpus { get; init; }

    public string? GpuType { get; init; }

    public string? MaxAttempts { get; init; }

    public string? Priority { get; init; }

    public string? RetryOn { get; init; }

    public string? OperatorKey { get; init; }

    public string? Command { get; init; }

    public string? Env { get; init; }

    /// <summary>Whether <c>Amend</c> may change what the result of a task depends on.</summary>
    public bool ChangesResult { get; init; }

    /// <summary>New tags of the run, as the person wrote them; null: they stay.</summary>
    public string? Tags { get; init; }

    /// <summary>New note on the run; null: it stays.</summary>
    public string? Note { get; init; }

    /// <summary>Filter of <c>ListRuns</c>: a glob over tags.</summary>
    public string? Tag { get; init; }

    /// <summary>File that <c>Logs</c> shows, relative to <c>work/</c>; null: the logs.</summary>
    public string? File { get; init; }

    /// <summary>Number of lines that <c>Logs</c> shows, from 1; null: the default.</summary>
    public int? Lines { get; init; }

    /// <summary>Whether <c>Logs</c> prints new lines until the attempt ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Runs of <c>Results</c>, as the person wrote them; null: the current run.</summary>
    public string? Runs { get; init; }

    /// <summary>Form of the output, as the person wrote it; null: the default of the command.</summary>
    public string? Format { get; init; }

    /// <summary>File that the command writes; null: it prints. MSBuild reserves the name <c>Output</c> (MSB4177).</summary>
    public string? OutputFile { get; init; }

    /// <summary>Largest relative difference of two numbers that count as equal, from 0; null: 0.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Whether published files may replace those that another run or a person put there.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether <c>Report</c> writes one page for all runs.</summary>
    public bool All { get; init; }

    /// <summary>Kind of the driver that <c>Drive</c> installs; the other run of <c>CompareRuns</c>.</summary>
    public string? With { get; init; }

    /// <summary>Identity of the driver whose script gives the command; null if a person gives it.</summary>
    public string? DriverTick { get; init; }

    /// <summary>Whether <c>Drive</c> removes the driver.</summary>
    public bool Stop { get; init; }

    /// <summary>Time between two ticks of a driver; null: the default.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Whether <c>Plan</c> shows scripts.</summary>
    public bool Scripts { get; init; }

    /// <summary>Core-hours above which <c>Plan</c> fails; null: no limit.</summary>
    public double? MaxCoreHours { get; init; }

    /// <summary>Whether <c>Rerun</c> includes all tasks that depend on the task.</summary>
    public bool Downstream { get; init; }

    /// <summary>Whether a command does what it otherwise only shows.</summary>
    public bool Confirm { get; init; }

    /// <summary>Whether to start a new run although the current run could continue.</summary>
    public bool NewRun { get; init; }

    /// <summary>Whether a loop continues when only people can move the run on.</summary>
    public bool Wait { get; init; }

    /// <summary>Maximum duration of a loop; null: no limit.</summary>
    public TimeSpan? LoopTimeout { get; init; }

    /// <summary>Tags of the run, kept in its <c>config.json</c>.</summary>
    public IReadOnlyList<string> RunTags { get; init; } = [];

    /// <summary>Filter of <c>ListRuns</c>: the beginning of a wiring's hash.</summary>
    public string? WiringHash { get; init; }

    /// <summary>Filter of <c>ListRuns</c>: a state.</summary>
    public string? State { get; init; }

    /// <summary>An evidence bundle: its folder or its archive.</summary>
    public string? EvidencePath { get; init; }

    /// <summary>Form of evidence: <c>folder</c> or <c>bag</c>.</summary>
    public string? EvidenceFormat { get; init; }

    /// <summary>File with the key that signs evidence, or whose signature is required.</summary>
    public string? EvidenceKey { get; init; }

    /// <summary>File for the JUnit XML of <c>CiReport</c>; null: in the run's folder.</summary>
    public string? JUnitFile { get; init; }

    /// <summary>File for the Markdown of <c>CiReport</c>; null: in the run's folder.</summary>
    public string? SummaryFile { get; init; }

    /// <summary><c>CachePrune</c> deletes results that were not used for this time.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Maximum size of the cache after <c>CachePrune</c>, in bytes.</summary>
    public long? MaxSize { get; init; }

    public string? OperatorsConfig { get; init; }

    public bool ForceWiringOverride { get; init; }

    public string? OverrideReason { get; init; }

    public string? HpcConfig { get; init; }

    public string? Profile { get; init; }

    public string? ProfilesConfig { get; init; }

    /// <summary>Value of <c>MATTERSTACK_OPERATORS_CONFIG</c>, the only environment variable that counts.</summary>
    public string? EnvironmentConfig { get; init; }
}
