using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of states in the store, in items and in reports.</summary>
internal static class StateText
{
    private static readonly EnumText<RunState> RunStates = new(
        "a state of a run",
        (RunState.Pending, "PENDING"),
        (RunState.Running, "RUNNING"),
        (RunState.Paused, "PAUSED"),
        (RunState.Completed, "COMPLETED"),
        (RunState.Failed, "FAILED"),
        (RunState.Cancelled, "CANCELLED")
    );

    private static readonly EnumText<TaskState> TaskStates = new(
        "a state of a task",
        (TaskState.Pending, "PENDING"),
        (TaskState.Ready, "READY"),
        (TaskState.Running, "RUNNING"),
        (TaskState.WaitingExternal, "WAITING_EXTERNAL"),
        (TaskState.Completed, "COMPLETED"),
        (TaskState.Failed, "FAILED"),
        (TaskState.Cancelled, "CANCELLED"),
        (TaskState.Skipped, "SKIPPED")
    );

    private static readonly EnumText<AttemptStatus> AttemptStates = new(
        "a state of an attempt",
        (AttemptStatus.Created, "CREATED"),
        (AttemptStatus.Submitted, "SUBMITTED"),
        (AttemptStatus.Running, "RUNNING"),
        (AttemptStatus.WaitingExternal, "WAITING_EXTERNAL"),
        (AttemptStatus.Completed, "COMPLETED"),
        (AttemptStatus.Failed, "FAILED"),
        (AttemptStatus.FailedInit, "FAILED_INIT"),
        (AttemptStatus.Cancelled, "CANCELLED")
    );

    public static string ToText(this RunState state) => RunStates.GetText(state);

    public static string ToText(this TaskState state) => TaskStates.GetText(state);

    public static string ToText(this AttemptStatus status) => AttemptStates.GetText(status);

    public static string ToText(this AttemptOutcome outcome) => outcome.ToStatus().ToText();

    /// <summary>State of an attempt that ended with an outcome.</summary>
    public static AttemptStatus ToStatus(this AttemptOutcome outcome) =>
        outcome switch
        {
            AttemptOutcome.Completed => AttemptStatus.Completed,
            AttemptOutcome.Failed => AttemptStatus.Failed,
            AttemptOutcome.FailedInit => AttemptStatus.FailedInit,
            AttemptOutcome.Cancelled => AttemptStatus.Cancelled,
            _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
        };

    public static RunState ParseRunState(string text) => RunStates.Parse(text);

    public static TaskState ParseTaskState(string text) => TaskStates.Parse(text);

    public static AttemptStatus ParseAttemptStatus(string text) => AttemptStates.Parse(text);

    /// <summary>Whether a run in this state has ended.</summary>
    public static bool IsEnd(this RunState state) => state is RunState.Completed or RunState.Failed or RunState.Cancelled;

    /// <summary>Whether a task in this state has ended.</summary>
    public static bool IsEnd(this TaskState state) =>
        state is TaskState.Completed or TaskState.Failed or TaskState.Cancelled or TaskState.Skipped;

    /// <summary>Whether an attempt in this state has ended.</summary>
    public static bool IsEnd(this AttemptStatus status) =>
        status is AttemptStatus.Completed or AttemptStatus.Failed or AttemptStatus.FailedInit or AttemptStatus.Cancelled;
}
