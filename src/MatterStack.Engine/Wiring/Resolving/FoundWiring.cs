using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>Wiring that was read and checked, but is not persisted yet. It is self-contained.</summary>
internal sealed record FoundWiring(
    byte[] Bytes,
    WiringSource Source,
    string? Path,
    OperatorsFile Operators,
    IReadOnlyList<LegacyInput> LegacyInputs,
    IReadOnlyList<Problem> Warnings
)
{
    public Sha256 Hash { get; } = Sha256.ComputeHash(Bytes);
}
