namespace MatterStack.Engine.Reports.Comparison;

/// <summary>A value of <c>results.json</c> that two runs have differently.</summary>
/// <param name="Name">Keys joined by dots, and positions in arrays.</param>
/// <param name="Before">Value of the first run as JSON; null if it has none.</param>
/// <param name="After">Value of the second run as JSON; null if it has none.</param>
/// <param name="Absolute">Distance of two numbers; null if one is no number, or if the distance is out of range.</param>
/// <param name="Relative">Distance divided by the larger magnitude; null as above.</param>
internal sealed record ValueDifference(string Name, string? Before, string? After, double? Absolute = null, double? Relative = null);
