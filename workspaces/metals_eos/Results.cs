using Common;

namespace MetalsEos;

/// <summary>What an <c>energy</c> task found.</summary>
/// <param name="Element">Chemical symbol.</param>
/// <param name="Strain">Change of the volume against the published one, percent.</param>
/// <param name="A">Lattice constant, ångström.</param>
/// <param name="Volume">Volume per atom, Å³.</param>
/// <param name="Energy">Energy per atom, eV.</param>
internal sealed record EnergyResult(string Element, double Strain, double A, double Volume, double Energy)
{
    public void Write() => JsonFile.Write(Results.FileName, json =>
        {
            json.WriteString("element", Element);
            json.WriteNumber("strain", Strain);
            json.WriteNumber("a_angstrom", A);
            json.WriteNumber("volume_angstrom3_per_atom", Volume);
            json.WriteNumber("energy_ev_per_atom", Energy);
        });

    public static EnergyResult Read(string path) =>
        JsonFile.Read(path, root => new EnergyResult(
            JsonFile.Text(root, "element", path),
            JsonFile.Number(root, "strain", path),
            JsonFile.Positive(root, "a_angstrom", path),
            JsonFile.Positive(root, "volume_angstrom3_per_atom", path),
            JsonFile.Number(root, "energy_ev_per_atom", path)
        ));
}

/// <summary>What a <c>fit</c> task found.</summary>
internal sealed record FitResult(string Element, EquationOfState Equation)
{
    public void Write() => JsonFile.Write(Results.FileName, json =>
        {
            json.WriteString("element", Element);
            json.WriteNumber("a0_angstrom", Equation.LatticeConstant);
            json.WriteNumber("e_coh_ev", Equation.CohesiveEnergy);
            json.WriteNumber("bulk_modulus_gpa", Equation.BulkModulus);
            json.WriteNumber("bulk_modulus_prime", Equation.BulkModulusPrime);
            json.WriteNumber("rms_residual_ev", Equation.RmsResidual);
            json.WriteNumber("points", Equation.Points);
        });

    public static FitResult Read(string path) =>
        JsonFile.Read(path, root => new FitResult(
            JsonFile.Text(root, "element", path),
            new EquationOfState(
                FccLattice.VolumePerAtom(JsonFile.Positive(root, "a0_angstrom", path)),
                -JsonFile.Number(root, "e_coh_ev", path),
                JsonFile.Positive(root, "bulk_modulus_gpa", path),
                JsonFile.Number(root, "bulk_modulus_prime", path),
                JsonFile.Number(root, "rms_residual_ev", path),
                (int)JsonFile.Positive(root, "points", path)
            )
        ));
}
