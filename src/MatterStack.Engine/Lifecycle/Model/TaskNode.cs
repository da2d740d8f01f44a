using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A task in the model. It holds only the values that decisions need, because a run can have 100 000 tasks.</summary>
internal sealed class TaskNode
{
    /// <summary>Position in the workflow, from 0.</summary>
    public required int Position { get; init; }

    public required TaskId Id { get; init; }

    /// <summary>Index of its operator key in <see cref="RunModel.Keys"/>.</summary>
    public required int KeyIndex { get; set; }

    /// <summary>Order of ready tasks before the length of the path: the higher first.</summary>
    public int Priority { get; set; }

    /// <summary>Length of the longest path from it to the end of the workflow, in minutes; 0 if all paths are equal.</summary>
    public float PathMinutes { get; set; }

    /// <summary>Its place in the order of starts; it follows from priority, path and position.</summary>
    public TaskRank Rank { get; set; }

    /// <summary>Number that tasks have in common that are alike (<see cref="Campaigns.TaskPattern"/>); null: it is like no other.</summary>
    public long? Pattern { get; set; }

    /// <summary>Whether it is ready and waits until the first task that is like it has completed.</summary>
    public bool WaitsForCanary { get; set; }

    /// <summary>Cores in all: ranks times the cores of each.</summary>
    public required int Cores { get; set; }

    /// <summary>Memory, accelerators and named resources of an attempt; null for most tasks, which need none.</summary>
    public TaskNeeds? Needs { get; set; }

    public required int MaxAttempts { get; set; }

    /// <summary>What follows a failed attempt; null for most tasks, which have the defaults.</summary>
    public TaskPolicy? Policy { get; set; }

    /// <summary>What its failed attempts mean for the next one; null for most tasks, which have none.</summary>
    public TaskHistory? History { get; set; }

    public required bool AllowFailure { get; init; }

    public required bool AllowDependencyFailure { get; init; }

    /// <summary>Whether its result may be in the cache. A lookup then precedes the intent.</summary>
    public bool IsCacheable { get; init; }

    /// <summary>Whether a person requested a new computation without the cache. It is reset when the task has ended.</summary>
    public bool MustRecompute { get; set; }

    /// <summary>Outcome of its cache lookup, as the store records it; null if there was no lookup.</summary>
    public CacheLookupOutcome? CacheLookup { get; set; }

    public int[] DependsOn { get; set; } = [];

    public int[] Dependents { get; set; } = [];

    public TaskState State { get; set; }

    /// <summary>Number of its attempts, also the index of the last one.</summary>
    public int AttemptCount { get; set; }

    /// <summary>Why the task is held for a person; null if it is not held. A held task is <see cref="TaskState.WaitingExternal"/> without a
    /// live attempt.</summary>
    public TaskHold? Hold { get; set; }

    /// <summary>Number of dependencies that have not ended.</summary>
    public int OpenDependencies { get; set; }

    /// <summary>Whether the selection of the command leaves it out. Then it does not become ready.</summary>
    public bool IsLeftOut { get; set; }

    /// <summary>Its live attempt; null if there is none.</summary>
    public LiveAttempt? LiveAttempt { get; set; }
}
