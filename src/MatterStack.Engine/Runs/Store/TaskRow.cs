using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>tasks</c>.</summary>
internal sealed record TaskRow(
    TaskId TaskId,
    TaskState State,
    string? Reason,
    OperatorKey OperatorKey,
    string Command,
    AttemptId? CurrentAttemptId,
    long Iteration,
    bool AllowFailure
)
{
    /// <summary>Whether it is held: it has no attempt left, and a person decides what follows.</summary>
    public bool IsHeld { get; init; }
}
