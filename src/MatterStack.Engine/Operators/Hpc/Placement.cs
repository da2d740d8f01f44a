namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Choice among the partitions that the wiring lists.</summary>
/// <param name="Partition">The chosen partition; null if the job fits none.</param>
/// <param name="Reason">Why this one and not those before it, or why none.</param>
internal sealed record Placement(string? Partition, string Reason);
