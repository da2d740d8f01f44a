namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>tasks</c>.</summary>
internal sealed record TaskRow(string TaskId, string State, string? Reason, string OperatorKey, string Command, string? CurrentAttemptId, long Iteration, bool AllowFailure);
