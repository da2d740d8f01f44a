using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>tasks</c>.</summary>
internal sealed record TaskRow(
    string TaskId,
    TaskState State,
    string? Reason,
    string OperatorKey,
    string Command,
    string? CurrentAttemptId,
    long Iteration,
    bool AllowFailure
);
