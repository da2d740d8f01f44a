using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Two runs, and what they have differently apart from their tasks.</summary>
/// <param name="Before">The first run.</param>
/// <param name="After">The second run.</param>
/// <param name="Tolerance">Largest relative difference of equal numbers; null: every difference counts.</param>
internal sealed record ComparedRuns(RunRow Before, RunRow After, double? Tolerance)
{
    /// <summary>Differences of the wirings in force; null if one cannot be read.</summary>
    public IReadOnlyList<WiringDifference>? Wiring { get; init; }

    /// <summary>Hash of the campaign's program in the first run; null if there is none.</summary>
    public string? ProgramBefore { get; init; }

    /// <summary>Hash of the campaign's program in the second run; null if there is none.</summary>
    public string? ProgramAfter { get; init; }

    public bool IsProgramDifferent => ProgramBefore != ProgramAfter;

    /// <summary>Whether something counts as different apart from the tasks.</summary>
    public bool HasDifferences => Tolerance is null && (IsProgramDifferent || Wiring is { Count: > 0 });

    /// <summary>Operator and field of a difference of the wirings.</summary>
    public static string DescribePlace(WiringDifference difference) =>
        difference.Key is { } key ? $"{key} {difference.Field}" : difference.Field;
}
