namespace MatterStack.Benchmarks;

/// <summary>A measured figure beside the floor that was measured in the same run.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Floor">What it is compared with; null if it stands alone.</param>
/// <param name="Unit">Unit of both.</param>
/// <param name="Bar">What we want to hold.</param>
internal sealed record Figure(string What, double Value, double? Floor, string Unit, string Bar);
