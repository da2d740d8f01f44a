using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Resources that a job requests; jobs with equal resources can form one array.</summary>
/// <param name="Shape">Machines, processes, cores, memory and accelerators; memory after growth.</param>
/// <param name="TimeLimit">Time limit; null uses the site's default.</param>
internal sealed record JobResources(TaskShape Shape, TimeSpan? TimeLimit)
{
    /// <summary>Whether the task states its nodes and ranks; otherwise the site's own options hold.</summary>
    public bool StatesRanks { get; init; }

    /// <summary>Signal that the job's script gets before the time limit, and how many seconds before; null if it gets none.</summary>
    public (string Signal, int Seconds)? StopNotice { get; init; }

    /// <summary>How far the job's priority in the queue is lowered, in the scheduler's unit; 0: it is not.</summary>
    public int LoweredBy { get; init; }

    /// <summary>Nodes that the job must not run on, in the scheduler's notation, joined by commas; empty: it may run anywhere.</summary>
    public string ExcludedNodes { get; init; } = "";

    /// <summary>Choice of a partition; null if the site lists none to choose from.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Partition that was chosen for the job; null if the site names one for all jobs, or none.</summary>
    public string? Partition => Placement?.Partition;

    /// <summary>Memory on each node in MiB; null uses the site's default.</summary>
    public int? MemoryMib => Shape.MemoryGb is { } amount ? (int)Math.Ceiling(amount * 1024) : null;

    /// <summary>Memory of each core in MiB, rounded up; null uses the site's default.</summary>
    public int? MemoryMibPerCore => MemoryMib is { } memory ? (int)(((long)memory + Shape.CoresPerNode - 1) / Shape.CoresPerNode) : null;
}
