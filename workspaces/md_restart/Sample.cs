using System.Globalization;

namespace MdRestart;

/// <summary>A row of a trajectory.</summary>
/// <param name="Step">Steps since the start.</param>
/// <param name="Potential">Potential energy, eV per atom.</param>
/// <param name="Kinetic">Kinetic energy, eV per atom.</param>
/// <param name="MeanKinetic">Mean kinetic energy of the steps since the row before, eV per atom.</param>
/// <param name="State">Digest of all places and velocities.</param>
internal readonly record struct Sample(int Step, double Potential, double Kinetic, double MeanKinetic, ulong State)
{
    public const string Header = "step,potential_ev_per_atom,kinetic_ev_per_atom,mean_kinetic_ev_per_atom,state";

    /// <summary>Total energy, eV per atom.</summary>
    public double Total => Potential + Kinetic;

    /// <summary>The row of the file; numbers in it are read back to the last bit.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Step},{Potential:R},{Kinetic:R},{MeanKinetic:R},{State:x16}");

    /// <summary>Reads a row; null if it is none.</summary>
    public static Sample? Parse(string line) =>
        line.Split(',') is [var step, var potential, var kinetic, var mean, var state]
        && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && double.TryParse(potential, NumberStyles.Float, CultureInfo.InvariantCulture, out var p)
        && double.TryParse(kinetic, NumberStyles.Float, CultureInfo.InvariantCulture, out var k)
        && double.TryParse(mean, NumberStyles.Float, CultureInfo.InvariantCulture, out var m)
        && ulong.TryParse(state, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digest)
            ? new Sample(n, p, k, m, digest)
            : null;
}
