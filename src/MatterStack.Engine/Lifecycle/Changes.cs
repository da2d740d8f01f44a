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

    /// <summary>A request that was left in the run's store has its answer.</summary>
    public sealed record Answered(long Request, RequestAnswer Answer, DateTimeOffset At) : Change;

    /// <summary>Something to remember that changes no state.</summary>
    public sealed record Noted(string Kind, TaskId? Task, AttemptId? Attempt, string? Actor, string Details, DateTimeOffset At) : Change;
}
