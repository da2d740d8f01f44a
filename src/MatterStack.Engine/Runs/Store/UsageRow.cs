using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>What an attempt asked for and used, with what groups its task.</summary>
internal sealed record UsageRow
{
    public required TaskId Task { get; init; }

    /// <summary>Operator key of the attempt; of the task if it has no attempt.</summary>
    public required OperatorKey Key { get; init; }

    /// <summary>Number that tasks with one command pattern have in common; null if it is not known.</summary>
    public required long? Pattern { get; init; }

    /// <summary>State of the attempt; null if the task has no attempt.</summary>
    public required AttemptStatus? State { get; init; }

    /// <summary>Cause of the end; null if there is none.</summary>
    public string? CauseText { get; init; }

    /// <summary>Whether the result came from the cache, so that nothing was used.</summary>
    public bool IsCached { get; init; }

    /// <summary>Machines that it asked for.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>MPI processes that it asked for.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Cores of each rank that it asked for.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Memory on each node in GiB that it asked for, after growth; null if it stated none.</summary>
    public double? MemoryGb { get; init; }

    /// <summary>Time limit after growth; null if it had none.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>What it used; null before its end and in a run of an earlier version.</summary>
    public AttemptUsage? Usage { get; init; }

    /// <summary>Cores in all.</summary>
    public double TotalCores => (double)Ranks * Cores;
}
