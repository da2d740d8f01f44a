using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A code of the wiring that an attempt's command used.</summary>
/// <param name="Code">Its name.</param>
/// <param name="Sha256">Hash of its definition.</param>
/// <param name="Version">What its command for the version printed, in this attempt or in another one of the run with the same code and
/// operator; null if it is not known.</param>
internal sealed record AttemptCodeRow(string Code, Sha256 Sha256, string? Version)
{
    /// <summary>Describes the code for people: <c>lammps (LAMMPS 29 Aug 2024)</c>.</summary>
    public string Describe() => Version is null ? Code : $"{Code} ({Version})";
}
