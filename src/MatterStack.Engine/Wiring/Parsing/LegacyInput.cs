using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A legacy file that wiring was converted from.</summary>
/// <param name="Kind"><c>profile</c> or <c>hpc_yaml</c>, or <c>operators_yaml</c> for a file that references such files.</param>
/// <param name="Path">Absolute path at the time of the conversion.</param>
/// <param name="Sha256">Hash of the unchanged bytes of the file.</param>
/// <param name="Name">Name of the profile; null for other kinds.</param>
internal sealed record LegacyInput(string Kind, string Path, Sha256 Sha256, string? Name = null);
