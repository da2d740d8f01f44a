using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A change that a planner decided, with its reason. The store writes changes; the console reports them.</summary>
internal abstract record Change
{
    private Change() { }

    /// <summary>An attempt is intended. It must be durable before anything starts outside.</summary>
    public sealed record Intended(LiveAttempt Attempt) : Change;

    /// <summary>An attempt changed its state.</summary>
    public sealed record AttemptMoved(LiveAttempt Attempt, AttemptState State, DateTimeOffset At, AttemptEnd? End = null) : Change;

    /// <summary>An attempt was given resources.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="Given">All resources that it has now.</param>
    /// <param name="Reason">Why these, as text for people.</param>
    /// <param name="At">Time of the choice.</param>
    public sealed record ResourcesGiven(LiveAttempt Attempt, GivenResources Given, string Reason, DateTimeOffset At) : Change;

    /// <summary>The accounting said what an ended attempt used. It decides nothing.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="Usage">What it used.</param>
    /// <param name="Node">Nodes that it ran on; null if they are not known.</param>
    public sealed record UsageRecorded(AttemptId Attempt, AttemptUsage Usage, string? Node) : Change;

    /// <summary>A task changed its state or its reason.</summary>
    public sealed record TaskMoved(TaskNode Task, TaskState From, TaskState To, string? Reason, DateTimeOffset At) : Change;

    /// <summary>The history of a task changed.</summary>
    public sealed record HistoryChanged(TaskNode Task) : Change;

    /// <summary>The definition of a task changed for its next attempt.</summary>
    /// <param name="Task">The task.</param>
    /// <param name="Amendment">What it was and what it is.</param>
    /// <param name="Attempt">Its last attempt; null if there is none.</param>
    /// <param name="Actor">The person, or the campaign class.</param>
    /// <param name="Reason">The reason; null if none was given.</param>
    /// <param name="At">Time of the change.</param>
    public sealed record TaskAmended(
        TaskNode Task,
        TaskAmendment Amendment,
        AttemptId? Attempt,
        string Actor,
        string? Reason,
        DateTimeOffset At
    ) : Change;

    /// <summary>A command has another selection of tasks than the one before.</summary>
    /// <param name="Selection">The selection; null: all tasks.</param>
    /// <param name="Description">The selection and its extent, as text for people.</param>
    /// <param name="Actor">The person; null if the command runs all tasks.</param>
    /// <param name="At">Time of the command.</param>
    public sealed record RunSelected(string? Selection, string Description, string? Actor, DateTimeOffset At) : Change;

    /// <summary>Failures are counted anew for the limit of failures.</summary>
    public sealed record FailuresCounted(FailureBaseline Baseline) : Change;

    /// <summary>The run changed its state.</summary>
    public sealed record RunMoved(RunState From, RunState To, string? Reason, DateTimeOffset At) : Change;

    /// <summary>The campaign has evaluated an iteration and returned the next one, or the end.</summary>
    /// <param name="Iteration">Number of the ended iteration, from 0.</param>
    /// <param name="Next">Answer of the campaign.</param>
    /// <param name="FirstPosition">Position of the first new task.</param>
    /// <param name="At">Time of the answer.</param>
    public sealed record IterationEnded(int Iteration, NextIteration Next, int FirstPosition, DateTimeOffset At) : Change;

    /// <summary>The end of an attempt or of the run was requested, or such a request changed.</summary>
    /// <param name="Attempt">The attempt; null for the run.</param>
    /// <param name="Request">Current content of the request.</param>
    public sealed record EndRequested(LiveAttempt? Attempt, EndRequest Request) : Change;

    /// <summary>An attempt that was to be replaced goes on.</summary>
    public sealed record EndDropped(LiveAttempt Attempt) : Change;

    /// <summary>A request in the run's store has its answer.</summary>
    public sealed record RequestAnswered(long RequestId, RequestAnswer Answer, DateTimeOffset At) : Change;

    /// <summary>The run has another driver, or none.</summary>
    /// <param name="Driver">The driver; null: the run has none any more.</param>
    /// <param name="Actor">The person.</param>
    /// <param name="At">Time of the change.</param>
    public sealed record DriverChanged(RunDriver? Driver, string Actor, DateTimeOffset At) : Change;

    /// <summary>A hook must be delivered.</summary>
    /// <param name="Hook">Name of the hook, e.g. <c>on_failed</c>.</param>
    /// <param name="Key">The operator that declares the hook; null for a hook of the run.</param>
    /// <param name="Attempt">The attempt that the hook is about; null for a hook of the run.</param>
    /// <param name="Event">Content of the hook, a JSON object.</param>
    /// <param name="At">Time of the event.</param>
    public sealed record HookDue(string Hook, OperatorKey? Key, AttemptId? Attempt, string Event, DateTimeOffset At) : Change
    {
        /// <summary>The hook is delivered only if it was not delivered for one of these attempts; empty: always.</summary>
        public IReadOnlyList<AttemptId> OnceFor { get; init; } = [];
    }

    /// <summary>One delivery of a hook was tried.</summary>
    /// <param name="HookId">Number of the hook in the store.</param>
    /// <param name="FailureReason">Why the delivery failed; null if it succeeded.</param>
    /// <param name="IsFinal">Whether no other delivery follows.</param>
    /// <param name="At">Time of the delivery.</param>
    public sealed record HookDeliveryTried(long HookId, string? FailureReason, bool IsFinal, DateTimeOffset At) : Change;

    /// <summary>A person set tags or the note of the run.</summary>
    /// <param name="Tags">All tags of the run; null: they stay.</param>
    /// <param name="Note">The note; empty: there is none; null: it stays.</param>
    /// <param name="Actor">The person.</param>
    /// <param name="At">Time of the change.</param>
    public sealed record RunAnnotated(IReadOnlyList<string>? Tags, string? Note, string Actor, DateTimeOffset At) : Change;

    /// <summary>An event that changes no state.</summary>
    public sealed record EventRecorded(EventKind Kind, TaskId? Task, AttemptId? Attempt, string? Actor, string Details, DateTimeOffset At)
        : Change;
}
