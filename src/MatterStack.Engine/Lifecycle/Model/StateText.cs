namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of states in the store, in items and in reports.</summary>
internal static class StateText
{
    public static string ToText(this RunState state) => state switch
    {
        RunState.Pending => "PENDING",
        RunState.Running => "RUNNING",
        RunState.Paused => "PAUSED",
        RunState.Completed => "COMPLETED",
        RunState.Failed => "FAILED",
        RunState.Cancelled => "CANCELLED",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string ToText(this TaskState state) => state switch
    {
        TaskState.Pending => "PENDING",
        TaskState.Ready => "READY",
        TaskState.Running => "RUNNING",
        TaskState.WaitingExternal => "WAITING_EXTERNAL",
        TaskState.Completed => "COMPLETED",
        TaskState.Failed => "FAILED",
        TaskState.Cancelled => "CANCELLED",
        TaskState.Skipped => "SKIPPED",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string ToText(this AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Completed => "COMPLETED",
        AttemptOutcome.Failed => "FAILED",
        AttemptOutcome.FailedInit => "FAILED_INIT",
        AttemptOutcome.Cancelled => "CANCELLED",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static RunState ParseRunState(string text) => text switch
    {
        "PENDING" => RunState.Pending,
        "RUNNING" => RunState.Running,
        "PAUSED" => RunState.Paused,
        "COMPLETED" => RunState.Completed,
        "FAILED" => RunState.Failed,
        "CANCELLED" => RunState.Cancelled,
        _ => throw new FormatException($"'{text}' is not a state of a run"),
    };

    public static TaskState ParseTaskState(string text) => text switch
    {
        "PENDING" => TaskState.Pending,
        "READY" => TaskState.Ready,
        "RUNNING" => TaskState.Running,
        "WAITING_EXTERNAL" => TaskState.WaitingExternal,
        "COMPLETED" => TaskState.Completed,
        "FAILED" => TaskState.Failed,
        "CANCELLED" => TaskState.Cancelled,
        "SKIPPED" => TaskState.Skipped,
        _ => throw new FormatException($"'{text}' is not a state of a task"),
    };

    /// <summary>Whether a run in this state has ended.</summary>
    public static bool IsEnd(this RunState state) => state is RunState.Completed or RunState.Failed or RunState.Cancelled;

    /// <summary>Whether a task in this state has ended.</summary>
    public static bool IsEnd(this TaskState state) => state is TaskState.Completed or TaskState.Failed or TaskState.Cancelled or TaskState.Skipped;
}
