namespace MatterStack.Engine.Wiring;

/// <summary>One value of an effective configuration.</summary>
/// <param name="Path">Path of the field, e.g. <c>backend.ssh.host</c>.</param>
/// <param name="Json">The value as JSON.</param>
/// <param name="AffectsResults">Whether the operator hash includes it.</param>
internal sealed record EffectiveField(string Path, string Json, bool AffectsResults)
{
    /// <summary>Parts of fingerprints that the value belongs to, e.g. <c>code lammps</c>: it can change results of the tasks that use them.
    /// Null if it belongs to none.</summary>
    public string? ConcernedParts { get; init; }
}
