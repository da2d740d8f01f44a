using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>One unit of work of a campaign, as declared: what is to be done and on which operator key, never on which machine.</summary>
public sealed record CampaignTask
{
    /// <summary>Name, unique in the campaign.</summary>
    public required TaskId Id { get; init; }

    /// <summary>Shell command, run by <c>/bin/sh</c> in the attempt's <c>work/</c> folder. <c>{campaign}</c> stands for the campaign's own program.</summary>
    public string Command { get; init; } = "";

    /// <summary>Where it is routed; by default <c>local.default</c>, a gate to <c>human.default</c> and an experiment to <c>experiment.default</c>.</summary>
    public OperatorKey OperatorKey { get => field.Value is null ? TaskReader.DefaultKey(Kind) : field; init; }

    /// <summary>Tasks that must have ended before.</summary>
    public IReadOnlyList<TaskId> DependsOn { get; init; } = [];

    /// <summary>Files of the project that are staged into <c>work/</c>.</summary>
    public IReadOnlyList<FileRequest> Files { get; init; } = [];

    /// <summary>Paths or patterns relative to <c>work/</c> that must exist on success.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>Those of the outputs that the report draws: CSV or JSON files with series. They need not be among <see cref="Outputs"/>; they become some.</summary>
    public IReadOnlyList<string> Figures { get; init; } = [];

    /// <summary>Environment variables of the command, in declared order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Env { get; init; } = [];

    /// <summary>Processor cores, at least 1.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Memory in GiB; null leaves it to the operator.</summary>
    public double? MemoryGb { get; init; }

    /// <summary>Accelerators.</summary>
    public int Gpus { get; init; }

    /// <summary>Time limit in minutes; null means none of the task's own.</summary>
    public double? TimeLimitMinutes { get; init; }

    /// <summary>Longest time limit, in minutes: ten years, which schedulers and timers can count.</summary>
    internal const double LongestTimeLimit = 10 * 365 * 24 * 60;

    /// <summary>The time limit as a span. Runs of earlier versions may hold a longer one than is taken now.</summary>
    internal TimeSpan? TimeLimit => TimeLimitMinutes is { } minutes ? TimeSpan.FromMinutes(Math.Min(minutes, LongestTimeLimit)) : null;

    /// <summary>Container image.</summary>
    public string? Image { get; init; }

    /// <summary>Whether the run may complete although this task failed.</summary>
    public bool AllowFailure { get; init; }

    /// <summary>Whether it runs even if a dependency failed or was skipped.</summary>
    public bool AllowDependencyFailure { get; init; }

    /// <summary>How many attempts are made before the task counts as failed, at least 1.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>Factor on the memory of the next attempt after one that ran out of it.</summary>
    public double RetryMemoryFactor { get; init; } = 1;

    /// <summary>What it asks for.</summary>
    public TaskKind Kind { get; init; }

    /// <summary>What a person is asked.</summary>
    public string? Message { get; init; }

    /// <summary>JSON handed to a person or an instrument.</summary>
    public string? Parameters { get; init; }

    /// <summary>Patterns of remote files that come back; empty means all.</summary>
    public IReadOnlyList<string> DownloadInclude { get; init; } = [];

    /// <summary>Patterns of remote files that stay.</summary>
    public IReadOnlyList<string> DownloadExclude { get; init; } = [];

    /// <summary>Whether its result may come from, and go to, the cache.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>Whether its result can be known before it runs: it declares what it leaves, and nobody is asked.</summary>
    internal bool IsCacheable => Cache && Kind == TaskKind.Task && Outputs.Count > 0;

    /// <summary>Where it was declared, if known.</summary>
    public SourcePosition? DeclaredAt { get => field ?? Place?.Find(); init; }

    /// <summary>Where to look for <see cref="DeclaredAt"/>.</summary>
    internal DeclaredPlace? Place { get; init; }
}
