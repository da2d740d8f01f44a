using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Parsing;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>The wiring in force.</summary>
/// <param name="Bytes">Canonical bytes, equal to the snapshot.</param>
/// <param name="Hash">Hash of the bytes.</param>
/// <param name="Source">Source of the wiring in this command.</param>
/// <param name="Origin">Original source of the persisted wiring.</param>
/// <param name="ResolvedPath">The original file; null for the built-in default.</param>
/// <param name="Operators">The parsed file.</param>
/// <param name="Warnings">Warnings to show.</param>
/// <param name="Events">Events that this command added to the history.</param>
internal sealed record RunWiring(
    byte[] Bytes,
    Sha256 Hash,
    WiringSource Source,
    WiringSource Origin,
    string? ResolvedPath,
    OperatorsFile Operators,
    IReadOnlyList<Problem> Warnings,
    IReadOnlyList<WiringEvent> Events
)
{
    /// <summary>Line in the output of Status and Explain if there is no wiring.</summary>
    public const string UnknownStatusLine = "Operator wiring: none/unknown";

    /// <summary>Line in the output of Status and Explain.</summary>
    public string StatusLine => $"Operator wiring: source={Origin.ToText()}, sha256={Hash}, snapshot={SnapshotPaths.RelativeSnapshotPath}";

    /// <summary>Legacy files that the wiring was converted from.</summary>
    public IReadOnlyList<LegacyInput> LegacyInputs { get; init; } = [];
}
