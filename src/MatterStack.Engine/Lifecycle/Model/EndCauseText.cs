using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of <see cref="EndCause"/> in the store, in items and in evidence.</summary>
internal static class EndCauseText
{
    private static readonly EnumText<EndCause> Causes = new(
        "a cause of an end",
        (EndCause.Exited, "EXIT"),
        (EndCause.Signal, "SIGNAL"),
        (EndCause.TimeLimit, "TIMEOUT"),
        (EndCause.OutOfMemory, "OUT_OF_MEMORY"),
        (EndCause.OutputsMissing, "OUTPUTS_MISSING"),
        (EndCause.NodeFailure, "NODE_FAIL"),
        (EndCause.BootFailure, "BOOT_FAIL"),
        (EndCause.Preempted, "PREEMPTED"),
        (EndCause.Deadline, "DEADLINE"),
        (EndCause.NotStarted, "NOT_STARTED"),
        (EndCause.Lost, "LOST"),
        (EndCause.Cancelled, "CANCELLED"),
        (EndCause.Stopped, "STOPPED"),
        (EndCause.Verdict, "VERDICT"),
        (EndCause.NoSuccessMark, "NO_SUCCESS_MARK"),
        (EndCause.NoProgress, "NO_PROGRESS"),
        (EndCause.Amended, "AMENDED")
    );

    /// <summary>Whether a cause is outside of the task: a node or the scheduler failed, not the work.</summary>
    public static bool IsInfrastructure(EndCause? cause) =>
        cause is EndCause.NodeFailure or EndCause.BootFailure or EndCause.Preempted or EndCause.NotStarted or EndCause.Lost;

    public static string ToText(this EndCause cause) => Causes.GetText(cause);

    /// <summary>Whether the reason of an end with this cause begins with the name of the cause.</summary>
    public static bool BeginsReason(EndCause cause) =>
        cause
            is not (
                EndCause.Exited
                or EndCause.Signal
                or EndCause.OutputsMissing
                or EndCause.NotStarted
                or EndCause.Lost
                or EndCause.Cancelled
                or EndCause.Amended
                or EndCause.Stopped
            );

    /// <summary>Finds a cause by the text of the store, in which a verdict stands as its name. Returns null for no text.</summary>
    public static EndCause? FindStoredCause(string? text) => text is null ? null : FindEndCause(text) ?? EndCause.Verdict;

    /// <summary>Finds a cause by its text. Returns null for another text: a later version may know more causes.</summary>
    public static EndCause? FindEndCause(string? text) => text is null ? null : Causes.FindValue(text);
}
