using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>What a decision changes, with its reason. A store writes these; a console tells of them.</summary>
internal abstract record Change
{
    private Change()
    {
    }

    /// <summary>An attempt is intended. It must be durable before anything starts outside.</summary>
    public sealed record Intended(LiveAttempt Attempt) : Change;

    /// <summary>An attempt went on.</summary>
    public sealed record AttemptMoved(LiveAttempt Attempt, AttemptState State, DateTimeOffset At, Ending? Ending = null) : Change;

    /// <summary>A task went on.</summary>
    public sealed record TaskMoved(TaskNode Task, TaskState From, TaskState To, string? Reason, DateTimeOffset At) : Change;

    /// <summary>The run went on.</summary>
    public sealed record RunMoved(RunState From, RunState To, string? Reason, DateTimeOffset At) : Change;

    /// <summary>A campaign has looked at an iteration and said what follows.</summary>
    /// <param name="Iteration">The one that is over, from 0.</param>
    /// <param name="Next">What follows.</param>
    /// <param name="FirstSeq">Position of the first new task.</param>
    /// <param name="At">When.</param>
    public sealed record IterationEnded(int Iteration, NextIteration Next, int FirstSeq, DateTimeOffset At) : Change;

    /// <summary>An end is asked for, or there is news of one that was.</summary>
    /// <param name="Attempt">Of this attempt; null: of the run.</param>
    /// <param name="Request">As it stands now.</param>
    public sealed record EndAsked(LiveAttempt? Attempt, EndRequest Request) : Change;

    /// <summary>A request that was left in the run's store has its answer.</summary>
    public sealed record Answered(long Request, RequestAnswer Answer, DateTimeOffset At) : Change;

    /// <summary>Somebody is to be told of something.</summary>
    /// <param name="Hook">Which hook, e.g. <c>on_failed</c>.</param>
    /// <param name="Key">Of this operator; null: of the run.</param>
    /// <param name="Attempt">The attempt, if it is of one.</param>
    /// <param name="Event">What is told, a JSON object.</param>
    /// <param name="At">When it happened.</param>
    public sealed record HookDue(string Hook, OperatorKey? Key, AttemptId? Attempt, string Event, DateTimeOffset At) : Change
    {
        /// <summary>Told only if one of these was not told of before; empty: always.</summary>
        public IReadOnlyList<AttemptId> Once { get; init; } = [];
    }

    /// <summary>It was tried to tell them.</summary>
    /// <param name="Hook">Number of what is told.</param>
    /// <param name="Trouble">Why they could not be told; null if they were.</param>
    /// <param name="Over">Whether it is not tried again.</param>
    /// <param name="At">When.</param>
    public sealed record HookTried(long Hook, string? Trouble, bool Over, DateTimeOffset At) : Change;

    /// <summary>Something to remember that changes no state.</summary>
    public sealed record Noted(string Kind, TaskId? Task, AttemptId? Attempt, string? Actor, string Details, DateTimeOffset At) : Change;
}
