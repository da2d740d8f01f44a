using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>What can go wrong with evidence.</summary>
internal static class EvidenceCodes
{
    public static readonly ProblemCode WiringMissing = new("MATTER5001", "Run has no usable wiring snapshot",
        "Evidence says which wiring each attempt ran on; the run's snapshot is missing or is not what was recorded.",
        "Repair the wiring first: -t:Explain names what is wrong with it.");

    public static IReadOnlyList<ProblemCode> All { get; } = [WiringMissing];
}
