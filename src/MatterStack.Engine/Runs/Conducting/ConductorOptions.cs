using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Batch sizes and waiting times of a conductor.</summary>
internal sealed record ConductorOptions
{
    /// <summary>Number of attempts per operator key that are intended beyond its capacity, so that a start does not wait for a
    /// commit.</summary>
    public int IntentsAhead { get; init; } = 64;

    /// <summary>Number of unwritten changes at which they are written before <see cref="MaxCommitDelay"/> has passed.</summary>
    public int MaxBatchSize { get; init; } = 256;

    /// <summary>Longest time that a change waits to be written.</summary>
    public TimeSpan MaxCommitDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Time for an operator to report the end of an attempt that exceeded its time limit.</summary>
    public TimeSpan OverdueEndTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Number or share of failed tasks at which the run pauses; null: it does not.</summary>
    public FailureLimit? MaxFailures { get; init; }

    /// <summary>Whether one task of each group of like tasks starts before the others of the group.</summary>
    public bool StartsCanaries { get; init; }

    /// <summary>The tasks that the command runs; null: all.</summary>
    public CommandSelection? Selection { get; init; }

    /// <summary>How ends from outside are followed: a node failed, the job was preempted.</summary>
    public InfrastructureRules Infrastructure { get; init; } = InfrastructureRules.Default;

    /// <summary>Longest time that a command waits for the ends of attempts that it requested.</summary>
    public TimeSpan RequestedEndTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
