using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>A task as the planner sees it: what decides, and nothing else, since a run can have 100 000.</summary>
internal sealed class TaskNode
{
    /// <summary>Position in the workflow, from 0; the order in which ready tasks start.</summary>
    public required int Seq { get; init; }

    public required TaskId Id { get; init; }

    /// <summary>Index of its operator key in <see cref="RunModel.Keys"/>.</summary>
    public required int Key { get; init; }

    public required int Cores { get; init; }

    public required int MaxAttempts { get; init; }

    public required bool AllowFailure { get; init; }

    public required bool AllowDependencyFailure { get; init; }

    /// <summary>Whether its result may be known already; it is asked for then before anything is intended.</summary>
    public bool Cacheable { get; init; }

    /// <summary>Whether a person wants it computed anew, whatever is known; until it has ended.</summary>
    public bool Anew { get; set; }

    /// <summary>What came of asking the cache for it, in a word for the record; null if nobody asked.</summary>
    public string? LookedUp { get; set; }

    public int[] DependsOn { get; set; } = [];

    public int[] Dependents { get; set; } = [];

    public TaskState State { get; set; }

    /// <summary>Attempts made so far, also the index of the last one.</summary>
    public int Attempts { get; set; }

    /// <summary>Dependencies that have not ended.</summary>
    public int Unfinished { get; set; }

    /// <summary>The attempt under way, if any.</summary>
    public LiveAttempt? Live { get; set; }
}
