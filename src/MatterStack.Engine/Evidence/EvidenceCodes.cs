using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>What can go wrong with evidence.</summary>
internal static class EvidenceCodes
{
    public static readonly ProblemCode WiringMissing = new("MATTER5001", "Run has no usable wiring snapshot",
        "Evidence says which wiring each attempt ran on; the run's snapshot is missing or is not what was recorded.",
        "Repair the wiring first: -t:Explain names what is wrong with it.");

    public static readonly ProblemCode LeadsOut = new("MATTER5020", "Evidence leads out of the run",
        "A link in the place of evidence/, or inside it, leads to another folder; nothing is written through it.",
        "Remove the link; -t:ExportEvidence makes the folder.");

    public static IReadOnlyList<ProblemCode> All { get; } = [WiringMissing, LeadsOut];
}
