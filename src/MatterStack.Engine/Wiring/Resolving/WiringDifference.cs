using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Resolving;

/// <summary>One difference between two wirings.</summary>
/// <param name="Key">The operator; null for settings of all operators.</param>
/// <param name="Field">The field, e.g. <c>backend.ssh.host</c>; <c>(operator)</c> if only one side has the operator.</param>
/// <param name="Before">Old value as JSON; null if it is not set.</param>
/// <param name="After">New value as JSON; null if it is not set.</param>
/// <param name="AffectsResults">Whether it changes the operator hash, so that cached results of the operator no longer match.</param>
internal sealed record WiringDifference(OperatorKey? Key, string Field, string? Before, string? After, bool AffectsResults)
{
    /// <summary>Parts of fingerprints that it changes, e.g. <c>code lammps</c>: cached results of the tasks that use them no longer match,
    /// and those of no other task. Null if it changes none.</summary>
    public string? ConcernedParts { get; init; }
}
