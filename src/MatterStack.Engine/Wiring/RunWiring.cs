using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Wiring;

/// <summary>The wiring in force.</summary>
/// <param name="Bytes">Canonical bytes, as the snapshot holds them.</param>
/// <param name="Hash">Their hash.</param>
/// <param name="Source">How it was found this time.</param>
/// <param name="Origin">Where what is persisted came from.</param>
/// <param name="ResolvedPath">The file it came from; null for the built-in default.</param>
/// <param name="Operators">What it says.</param>
/// <param name="Notices">Warnings to show.</param>
/// <param name="Events">What this call added to the history.</param>
internal sealed record RunWiring(
    byte[] Bytes,
    Sha256 Hash,
    WiringSource Source,
    WiringSource Origin,
    string? ResolvedPath,
    OperatorsFile Operators,
    IReadOnlyList<Problem> Notices,
    IReadOnlyList<WiringEvent> Events)
{
    /// <summary>The line that Status and Explain print where there is no wiring.</summary>
    public const string NoLine = "Operator wiring: none/unknown";

    /// <summary>The line that Status and Explain print.</summary>
    public string Line => $"Operator wiring: source={Origin.ToText()}, sha256={Hash}, snapshot={SnapshotPaths.RelativeSnapshot}";

    /// <summary>Legacy files that it was converted from.</summary>
    public IReadOnlyList<LegacyInput> Legacy { get; init; } = [];
}
