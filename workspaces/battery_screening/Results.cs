using Common;

namespace BatteryScreening;

/// <summary>What a <c>reference</c> task found.</summary>
/// <param name="Structure">Name of the structure.</param>
/// <param name="Madelung">M in E = -M e²/d per formula unit.</param>
/// <param name="Published">The same in print.</param>
/// <param name="Difference">Largest difference of a potential between the ways of computing it, V.</param>
internal sealed record ReferenceResult(string Structure, double Madelung, double Published, double Difference)
{
    /// <summary>The constants are in print with six digits after the point.</summary>
    public const double Limit = 1e-6;

    // Written so that a constant that is not a number does not pass.
    public bool IsRight => Math.Abs(Madelung - Published) <= Limit;

    public void Write() => JsonFile.Write(Common.Results.FileName, json =>
        {
            json.WriteString("structure", Structure);
            json.WriteNumber("madelung", Madelung);
            json.WriteNumber("madelung_published", Published);
            json.WriteNumber("largest_difference_v", Difference);
            json.WriteBoolean("ok", IsRight);
        });

    public static ReferenceResult Read(string path) =>
        JsonFile.Read(path, root => new ReferenceResult(
            JsonFile.Text(root, "structure", path),
            JsonFile.Number(root, "madelung", path),
            JsonFile.Number(root, "madelung_published", path),
            JsonFile.Number(root, "largest_difference_v", path)
        ));
}

/// <summary>What a <c>host</c> task found.</summary>
/// <param name="Candidate">The host.</param>
/// <param name="CarrierCharge">Charge of the carrier, e.</param>
/// <param name="MetalCharge">Charge of the metal, e.</param>
/// <param name="A">Distance of like ions in a layer, Å.</param>
/// <param name="C">Hexagonal lattice constant of three layers, Å.</param>
/// <param name="CarrierHalf">Height of the anions above the carriers, Å.</param>
/// <param name="Energy">Electrostatic energy, eV per formula unit.</param>
/// <param name="Removal">Electrostatic energy to take one carrier out of the rigid host, eV.</param>
/// <param name="Hop">Electrostatic energy of a carrier halfway to a vacant site, on the tetrahedral site between, above that on its own
/// site, eV.</param>
/// <param name="Difference">Largest difference of a potential between the ways of computing it, V.</param>
internal sealed record HostResult(
    Candidate Candidate,
    int CarrierCharge,
    int MetalCharge,
    double A,
    double C,
    double CarrierHalf,
    double Energy,
    double Removal,
    double Hop,
    double Difference
)
{
    public void Write() => JsonFile.Write(Common.Results.FileName, json =>
        {
            json.WriteString("candidate", Candidate.ToString());
            json.WriteNumber("carrier_charge", CarrierCharge);
            json.WriteNumber("metal_charge", MetalCharge);
            json.WriteNumber("a_angstrom", A);
            json.WriteNumber("c_angstrom", C);
            json.WriteNumber("carrier_half_angstrom", CarrierHalf);
            json.WriteNumber("energy_ev_per_formula", Energy);
            json.WriteNumber("removal_ev", Removal);
            json.WriteNumber("hop_ev", Hop);
            json.WriteNumber("largest_difference_v", Difference);
        });

    public static HostResult Read(string path) =>
        JsonFile.Read(path, root => new HostResult(
            Candidate.Parse(JsonFile.Text(root, "candidate", path)),
            (int)JsonFile.Number(root, "carrier_charge", path),
            (int)JsonFile.Number(root, "metal_charge", path),
            JsonFile.Positive(root, "a_angstrom", path),
            JsonFile.Positive(root, "c_angstrom", path),
            JsonFile.Positive(root, "carrier_half_angstrom", path),
            JsonFile.Number(root, "energy_ev_per_formula", path),
            JsonFile.Number(root, "removal_ev", path),
            JsonFile.Number(root, "hop_ev", path),
            JsonFile.Number(root, "largest_difference_v", path)
        ));
}
