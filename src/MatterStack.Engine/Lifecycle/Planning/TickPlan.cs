using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Decisions of one plan. The planner has applied them to the model.</summary>
internal sealed record TickPlan
{
    /// <summary>Changes to record, in their order, each with its reason.</summary>
    public IReadOnlyList<Change> Changes { get; init; } = [];

    /// <summary>Work that may begin at once: it was durable before this plan, and capacity has become free.</summary>
    public ReleasedWork Released { get; init; } = ReleasedWork.None;

    /// <summary>Attempts to end outside as soon as <see cref="Changes"/> are recorded.</summary>
    public IReadOnlyList<LiveAttempt> AttemptsToEnd { get; init; } = [];

    /// <summary>Answer to <see cref="TickFacts.Request"/>; null if there was no request.</summary>
    public RequestAnswer? Answer { get; init; }

    /// <summary>Whether the iteration has ended, so that the campaign class must be asked for the next one.</summary>
    public bool HasIterationEnded { get; init; }

    /// <summary>Whether work could begin at once if the changes were recorded.</summary>
    public bool NeedsCommit { get; init; }

    /// <summary>Whether the engine counts a time limit.</summary>
    public bool IsCountingTimeLimits { get; init; }

    /// <summary>Facts that could not be applied because of an error in the engine.</summary>
    public IReadOnlyList<FailedFact> FailedFacts { get; init; } = [];
}
