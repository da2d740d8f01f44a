using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Legacy;

/// <summary>A legacy file that wiring was converted from.</summary>
/// <param name="Kind"><c>profile</c> or <c>hpc_yaml</c>, or <c>operators_yaml</c> for a file that referred to such ones.</param>
/// <param name="Path">Absolute path at the time.</param>
/// <param name="Sha256">Hash of the file's bytes as they were.</param>
/// <param name="Name">Name of the profile.</param>
internal sealed record LegacyInput(string Kind, string Path, Sha256 Sha256, string? Name = null);

/// <summary>A backend from outside of <c>operators.yaml</c>.</summary>
internal sealed record OutsideBackend(string Type, Settings Settings, LegacyInput Input);

/// <summary>Looks up what an <c>operators.yaml</c> may refer to outside of itself.</summary>
internal interface IOutsideBackends
{
    Result<OutsideBackend> Profile(string name);

    /// <param name="path">The file.</param>
    /// <param name="named">Who names it, as a message begins.</param>
    Result<OutsideBackend> HpcYaml(string path, string named);
}
