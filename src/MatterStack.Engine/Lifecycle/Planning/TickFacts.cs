using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Facts since the last plan, in the order in which the planner applies them.</summary>
internal sealed record TickFacts
{
    /// <summary>Parts of planning that follow the facts.</summary>
    public PlanScope Scope { get; init; } = PlanScope.Tick;

    /// <summary>Time since the start of the command. Time limits use it, because a person may set the clock.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Attempts whose intents have been recorded: they are durable.</summary>
    public IReadOnlyList<LiveAttempt> RecordedIntents { get; init; } = [];

    /// <summary>Time limits of attempts that are about to start or that run.</summary>
    public IReadOnlyList<AttemptTimeLimit> TimeLimits { get; init; } = [];

    /// <summary>Facts from outside about attempts.</summary>
    public IReadOnlyList<Observation> Observations { get; init; } = [];

    /// <summary>Decisions of the campaign class about ends in <see cref="Observations"/>.</summary>
    public IReadOnlyList<FailureDecision> FailureDecisions { get; init; } = [];

    /// <summary>Request of a person; null if there is none. <see cref="TickPlan.Answer"/> answers it.</summary>
    public RunRequest? Request { get; init; }

    /// <summary>Number of the request in the store, which records the answer; null if the request is not in the store.</summary>
    public long? RequestId { get; init; }

    /// <summary>Answer of the campaign class about the ended iteration; null if there is none.</summary>
    public NextIteration? NextIteration { get; init; }

    /// <summary>Outcomes of released cache lookups.</summary>
    public IReadOnlyList<CacheLookupResult> Lookups { get; init; } = [];

    /// <summary>Whether the cache has results. If it has none, no task waits for a lookup.</summary>
    public bool HasCachedResults { get; init; }
}
