using Common;

namespace BatteryScreening;

/// <summary>What a host is made of: <c>Li-Co-O</c> stands for LiCoO2.</summary>
internal readonly record struct Candidate(string Carrier, string Metal, string Anion)
{
    public static Candidate Parse(string text) =>
        text.Split('-') is [{ Length: > 0 } carrier, { Length: > 0 } metal, { Length: > 0 } anion]
            ? new(carrier, metal, anion)
            : throw UserError.Usage($"'{text}' is not a candidate like Li-Co-O");

    public string Formula => $"{Carrier}{Metal}{Anion}2";

    public override string ToString() => $"{Carrier}-{Metal}-{Anion}";
}

/// <summary>
/// A layered host AMX2 of the α-NaFeO2 (O3) type, built from ionic radii: regular MX6 octahedra sharing edges, and between
/// their layers the carrier A in octahedra that are stretched along the stacking until A and X touch.
/// </summary>
internal sealed class LayeredHost
{
    /// <summary>Two anions may come closer than their radii allow by this share, as they do in LiCoO2 (2.75 instead of 2.80 Å); not
    /// more.</summary>
    public const double LeastAnionDistance = 0.94;

    private LayeredHost(Candidate candidate, int carrierCharge, int metalCharge, double a, double carrierHalf, double metalHalf) =>
        (Candidate, CarrierCharge, MetalCharge, A, CarrierHalf, MetalHalf) = (
            candidate,
            carrierCharge,
            metalCharge,
            a,
            carrierHalf,
            metalHalf
        );

    public Candidate Candidate { get; }

    public int CarrierCharge { get; }

    public int MetalCharge { get; }

    /// <summary>Of each of the two anions.</summary>
    public int AnionCharge => -(CarrierCharge + MetalCharge) / 2;

    /// <summary>Distance of like ions in a layer, Å.</summary>
    public double A { get; }

    /// <summary>Height of an anion layer above the carriers, Å.</summary>
    public double CarrierHalf { get; }

    /// <summary>Height of an anion layer above the metal, Å.</summary>
    public double MetalHalf { get; }

    /// <summary>Hexagonal c of three stacked layers, Å.</summary>
    public double C => 6 * (CarrierHalf + MetalHalf);

    /// <exception cref="UserError">No charges balance, or ions would lie inside each other.</exception>
    public static LayeredHost Of(Candidate candidate, IonTable ions)
    {
        if (Refusal(candidate, ions) is { } refusal)
            throw refusal;
        var (carrier, metal, anion) = Charges(candidate, ions)!.Value;
        var (a, carrierHalf, metalHalf) = Geometry(candidate, ions, carrier, metal, anion);
        return new LayeredHost(candidate, carrier, metal, a, carrierHalf, metalHalf);
    }

    /// <summary>Why there is no such host; null if there is one.</summary>
    public static UserError? Refusal(Candidate candidate, IonTable ions)
    {
        if (Charges(candidate, ions) is not var (carrier, metal, anion))
            return UserError.Refused(
                ExitCodes.Unbalanced,
                $"{candidate.Formula}: no charges balance: {Listed(candidate.Carrier, ions)}, {Listed(candidate.Metal, ions)}, "
                    + $"2 × {Listed(candidate.Anion, ions)}"
            );

        var (a, carrierHalf, _) = Geometry(candidate, ions, carrier, metal, anion);
        var radius = ions.Radius(candidate.Anion, anion);
        if (double.IsNaN(carrierHalf))
            return UserError.Refused(
                ExitCodes.Overlapping,
                $"{candidate.Formula}: {candidate.Carrier} lies inside the anions: three of them in a layer, {a:0.00} Å apart, "
                    + $"leave no room between them"
            );
        var across = Math.Sqrt(a * a / 3 + 4 * carrierHalf * carrierHalf);
        return Math.Min(a, across) < LeastAnionDistance * 2 * radius
            ? UserError.Refused(
                ExitCodes.Overlapping,
                $"{candidate.Formula}: anions overlap: they would be {Math.Min(a, across):0.00} Å apart"
                    + $" {(a < across ? $"around {candidate.Metal}" : $"across the {candidate.Carrier} layer")}, "
                    + $"less than {LeastAnionDistance} of {2 * radius:0.00} Å"
            )
            : null;
    }

    /// <summary>The lattice: carrier at the origin, then anion, metal, anion upwards; the third vector leads to the next carrier
    /// layer.</summary>
    public Crystal Crystal()
    {
        Vector x = new(A, 0, 0),
            y = new(A / 2, A * Math.Sqrt(3) / 2, 0),
            third = 1.0 / 3 * (x + y);
        Vector Up(double height) => new(0, 0, height);
        return new Crystal(
            x,
            y,
            Up(2 * (CarrierHalf + MetalHalf)) - third,
            [
                new(Candidate.Carrier, default, CarrierCharge),
                new(Candidate.Anion, 2 * third + Up(CarrierHalf), AnionCharge),
                new(Candidate.Metal, third + Up(CarrierHalf + MetalHalf), MetalCharge),
                new(Candidate.Anion, Up(CarrierHalf + 2 * MetalHalf), AnionCharge),
            ]
        );
    }

    /// <summary>The tetrahedral site between three carriers, equally far from its four anions; a metal lies straight above it.</summary>
    public Vector TetrahedralSite => new(A / 2, A / (2 * Math.Sqrt(3)), A * A / (12 * CarrierHalf));

    /// <summary>Charges with which carrier + metal + 2 anions are neutral; null if there are none.</summary>
    private static (int Carrier, int Metal, int Anion)? Charges(Candidate candidate, IonTable ions)
    {
        foreach (var carrier in ions.Charges(candidate.Carrier))
        foreach (var anion in ions.Charges(candidate.Anion))
            if (ions.Charges(candidate.Metal).Contains(-carrier - 2 * anion))
                return (carrier, -carrier - 2 * anion, anion);
        return null;
    }

    private static (double A, double CarrierHalf, double MetalHalf) Geometry(
        Candidate candidate,
        IonTable ions,
        int carrier,
        int metal,
        int anion
    )
    {
        var radius = ions.Radius(candidate.Anion, anion);
        var metalBond = ions.Radius(candidate.Metal, metal) + radius;
        var carrierBond = ions.Radius(candidate.Carrier, carrier) + radius;

        // A regular octahedron on its side: edge √2 and height 2/√3 times the bond.
        var a = Math.Sqrt(2) * metalBond;
        return (a, Math.Sqrt(carrierBond * carrierBond - a * a / 3), metalBond / Math.Sqrt(3));
    }

    private static string Listed(string element, IonTable ions) =>
        string.Join(" or ", ions.Charges(element).Select(charge => $"{element} {charge:+0;-0}"));
}
