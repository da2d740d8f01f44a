namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>iterations</c>.</summary>
/// <param name="Iteration">Number of the iteration, from 0.</param>
/// <param name="StateJson">State of the campaign class after the iteration; null if it is not analyzed.</param>
/// <param name="Tasks">Number of its planned tasks.</param>
/// <param name="Completed">Number of its completed tasks; null if it is not analyzed.</param>
/// <param name="PlannedAt">Time of its plan.</param>
/// <param name="AnalyzedAt">Time of its analysis; null if it is not analyzed.</param>
internal sealed record IterationRow(
    long Iteration,
    string? StateJson,
    long Tasks,
    long? Completed,
    DateTimeOffset PlannedAt,
    DateTimeOffset? AnalyzedAt
);
