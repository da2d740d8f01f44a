namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>iterations</c>.</summary>
internal sealed record IterationRow(long Iteration, string? State, long Tasks, long? Completed, string PlannedAtUtc, string? AnalyzedAtUtc);
