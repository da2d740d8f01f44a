namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>requests</c> without an answer.</summary>
internal sealed record RequestRow(string AtUtc, string Kind, string? AttemptId, string Actor);
