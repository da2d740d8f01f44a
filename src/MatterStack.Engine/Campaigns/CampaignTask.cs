using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>One unit of work of a campaign, as declared. It names its work and an operator key, never a machine.</summary>
public sealed record CampaignTask
{
    /// <summary>Value of <see cref="MonitorEvery"/> if the task states none.</summary>
    internal static readonly TimeSpan DefaultMonitorEvery = TimeSpan.FromMinutes(5);

    /// <summary>Name, unique in the campaign.</summary>
    public required TaskId Id { get; init; }

    /// <summary>Shell command, run by <c>/bin/sh</c> in the attempt's <c>work/</c> folder. <c>{campaign}</c> stands for the campaign's own
    /// program, <c>{code:NAME}</c> for a program of the site, <c>{launch}</c> for its launcher.</summary>
    public string Command { get; init; } = "";

    /// <summary>Operator key to which it is routed; by default <c>local.default</c>, for a gate <c>human.default</c>, for an experiment
    /// <c>experiment.default</c>.</summary>
    public OperatorKey OperatorKey
    {
        get => field.Value is null ? GetDefaultKey(Kind) : field;
        init;
    }

    /// <summary>Tasks that must end before this task starts.</summary>
    public IReadOnlyList<TaskId> DependsOn { get; init; } = [];

    /// <summary>Files of the project that are staged into <c>work/</c>.</summary>
    public IReadOnlyList<FileRequest> Files { get; init; } = [];

    /// <summary>Paths or patterns relative to <c>work/</c> that must exist on success.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Outputs that the report draws: CSV or JSON files with series. They are added to <see cref="Outputs"/>.</summary>
    public IReadOnlyList<string> Figures { get; init; } = [];

    /// <summary>Environment variables of the command, in declared order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Env { get; init; } = [];

    /// <summary>Number of machines, at least 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Number of MPI processes in all, at least 1; a multiple of <see cref="Nodes"/>.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Processor cores of each rank, at least 1.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Memory on each node in GiB; null leaves it to the operator.</summary>
    public double? MemoryGb { get; init; }

    /// <summary>Number of accelerators in all.</summary>
    public int Gpus { get; init; }

    /// <summary>Model of the accelerators, e.g. <c>a100</c>; null: any.</summary>
    public string? GpuType { get; init; }

    /// <summary>Named resources that an attempt occupies; <c>operators.yaml</c> says how many there are.</summary>
    public IReadOnlyList<ResourceUse> Uses { get; init; } = [];

    /// <summary>What the task runs on, as declared.</summary>
    internal TaskShape Shape => new(Nodes, Ranks, Cores, MemoryGb, Gpus, GpuType);

    /// <summary>Time limit in minutes; null: the task sets none.</summary>
    public double? TimeLimitMinutes { get; init; }

    /// <summary>Maximum time limit in minutes: ten years, which schedulers and timers can represent.</summary>
    internal const int MaxTimeLimitMinutes = 10 * 365 * 24 * 60;

    /// <summary>The time limit. A run of an earlier version may hold a longer limit than is allowed now, so it is cut.</summary>
    internal TimeSpan? TimeLimit => TimeLimitMinutes is { } minutes ? TimeSpan.FromMinutes(Math.Min(minutes, MaxTimeLimitMinutes)) : null;

    /// <summary>Container image.</summary>
    public string? Image { get; init; }

    /// <summary>Whether the run may complete although this task failed.</summary>
    public bool AllowFailure { get; init; }

    /// <summary>Whether it runs even if a dependency failed or was skipped.</summary>
    public bool AllowDependencyFailure { get; init; }

    /// <summary>Lines that mean failure. After the command the first match fails the attempt, whatever its exit code.</summary>
    public IReadOnlyList<FailureMark> FailWhen { get; init; } = [];

    /// <summary>Lines that must be there, otherwise the attempt fails with the cause <c>NO_SUCCESS_MARK</c>.</summary>
    public IReadOnlyList<SuccessMark> SucceedWhen { get; init; } = [];

    /// <summary>Order among ready tasks, from -1000 to 1000: a higher number starts first.</summary>
    public int Priority { get; init; }

    /// <summary>How many attempts may fail by the task's own fault before it counts as failed, at least 1. Failures of nodes and of the
    /// scheduler do not count.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>Causes of an end after which another attempt is made; empty: every cause.</summary>
    public IReadOnlyList<RetryCause> RetryOn { get; init; } = [];

    /// <summary>Factor on the memory of later attempts after an attempt that ran out of memory.</summary>
    public double RetryMemoryFactor { get; init; } = 1;

    /// <summary>Factor on the time limit of later attempts after an attempt that reached its time limit.</summary>
    public double RetryTimeFactor { get; init; } = 1;

    /// <summary>Time before the next attempt; it doubles with each attempt.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>What happens when no other attempt follows by itself.</summary>
    public FailureAction OnFailure { get; init; }

    /// <summary>Files of the last attempt's <c>work/</c> that the next attempt begins with, if they are there and not empty.</summary>
    public IReadOnlyList<CarryRequest> Carry { get; init; } = [];

    /// <summary>Shell command that checks the carried files in the new <c>work/</c>. If its exit code is not 0, the files are removed and
    /// the attempt begins afresh.</summary>
    public string? CarryIf { get; init; }

    /// <summary>Shell command that runs instead of <see cref="Command"/> if files were carried.</summary>
    public string? RestartCommand { get; init; }

    /// <summary>Signal that the command gets before its time limit; null: none.</summary>
    public StopSignal? StopSignal { get; init; }

    /// <summary>Shell command that checks the attempt at intervals while it runs, in its <c>work/</c>; null: none. If its exit code is not
    /// 0, the attempt ends with the cause <c>STOPPED</c>.</summary>
    public string? Monitor { get; init; }

    /// <summary>Time between two runs of <see cref="Monitor"/>, whole seconds from 1.</summary>
    public TimeSpan MonitorEvery { get; init; } = DefaultMonitorEvery;

    /// <summary>Columns of the task's row in tables of results, in declared order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Columns { get; init; } = [];

    /// <summary>Outputs that are copied into the project's folder when the run has completed.</summary>
    public IReadOnlyList<PublishRequest> Publish { get; init; } = [];

    /// <summary>All shell commands of the task.</summary>
    internal IEnumerable<string> Commands => new[] { Command, RestartCommand, CarryIf, Monitor }.OfType<string>();

    /// <summary>Kind of work.</summary>
    public TaskKind Kind { get; init; }

    /// <summary>Question to a person.</summary>
    public string? Message { get; init; }

    /// <summary>JSON for a person or an instrument.</summary>
    public string? Parameters { get; init; }

    /// <summary>Patterns of remote files that are downloaded; empty means all.</summary>
    public IReadOnlyList<string> DownloadInclude { get; init; } = [];

    /// <summary>Patterns of remote files that are not downloaded.</summary>
    public IReadOnlyList<string> DownloadExclude { get; init; } = [];

    /// <summary>Whether its result may be restored from and published to the cache.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>Whether the cache can hold its result: it declares outputs, and no person or instrument is involved.</summary>
    internal bool IsCacheable => Cache && Kind == TaskKind.Task && Outputs.Count > 0;

    /// <summary>Where it was declared, if known.</summary>
    public SourcePosition? DeclaredAt
    {
        get => field ?? Site?.FindPosition();
        init;
    }

    /// <summary>Resolves <see cref="DeclaredAt"/> on demand.</summary>
    internal IDeclarationSite? Site { get; init; }

    private static OperatorKey GetDefaultKey(TaskKind kind) =>
        kind switch
        {
            TaskKind.Gate => "human.default",
            TaskKind.Experiment => "experiment.default",
            _ => OperatorKey.LocalDefault,
        };
}
