namespace MatterStack.Engine.Reports.Comparison;

/// <summary>A part of a fingerprint, or an output file, that two runs have differently.</summary>
/// <param name="Name">Name of the part, or path of the file.</param>
/// <param name="Before">Text of the first run, or the beginning of its hash; null if the first run does not have it.</param>
/// <param name="After">Text of the second run, or the beginning of its hash; null if the second run does not have it.</param>
internal sealed record NamedDifference(string Name, string? Before, string? After);
