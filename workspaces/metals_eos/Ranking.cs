using System.Text.Json;
using Common;

namespace MetalsEos;

/// <summary>A fitted metal beside its published values.</summary>
internal sealed record RankedMetal(FitResult Fit, CleriRosato Published)
{
    public double LatticeConstantDeviation => Percent(Fit.Equation.LatticeConstant, Published.A0);

    public double CohesiveEnergyDeviation => Percent(Fit.Equation.CohesiveEnergy, Published.CohesiveEnergy);

    // Written so that a deviation that is not a number does not pass.
    public bool IsWithinLimits =>
        Math.Abs(LatticeConstantDeviation) <= Ranking.LatticeConstantLimit
        && Math.Abs(CohesiveEnergyDeviation) <= Ranking.CohesiveEnergyLimit;

    private static double Percent(double found, double expected) => 100 * (found - expected) / expected;
}

/// <summary>The metals from the stiffest to the softest, compared with the published values.</summary>
internal sealed class Ranking
{
    /// <summary>Largest deviation of the lattice constant from the published one, percent.</summary>
    public const double LatticeConstantLimit = 0.1;

    /// <summary>Largest deviation of the cohesive energy from the published one, percent.</summary>
    public const double CohesiveEnergyLimit = 0.2;

    private readonly List<RankedMetal> _metals;

    private Ranking(List<RankedMetal> metals) => _metals = metals;

    public IReadOnlyList<RankedMetal> Metals => _metals;

    public bool IsWithinLimits => _metals.TrueForAll(metal => metal.IsWithinLimits);

    /// <exception cref="UserError">An element is ranked twice or has no published values.</exception>
    public static Ranking Of(IEnumerable<FitResult> fits, ParameterFile published)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var metals = new List<RankedMetal>();
        foreach (var fit in fits)
        {
            if (!seen.Add(fit.Element))
                throw UserError.Invalid($"there are two fits of {fit.Element}");
            metals.Add(new RankedMetal(fit, published[fit.Element]));
        }

        metals.Sort(
            (left, right) =>
                right.Fit.Equation.BulkModulus.CompareTo(left.Fit.Equation.BulkModulus) is var order and not 0
                    ? order
                    : string.CompareOrdinal(left.Fit.Element, right.Fit.Element)
        );
        return new Ranking(metals);
    }

    /// <summary>Writes <c>ranking.json</c>, one entry per metal, and the summary <c>results.json</c>.</summary>
    public void Write()
    {
        JsonFile.Write("ranking.json", json =>
        {
            WriteLimits(json);
            json.WriteStartArray("ranking");
            for (var i = 0; i < _metals.Count; i++)
                WriteMetal(json, i + 1, _metals[i]);
            json.WriteEndArray();
        });
        JsonFile.Write(Results.FileName, json =>
        {
            json.WriteBoolean("ok", IsWithinLimits);
            json.WriteStartArray("elements");
            foreach (var metal in _metals)
                json.WriteStringValue(metal.Fit.Element);
            json.WriteEndArray();
            json.WriteNumber("max_a0_deviation_percent", Largest(metal => metal.LatticeConstantDeviation));
            json.WriteNumber("max_e_coh_deviation_percent", Largest(metal => metal.CohesiveEnergyDeviation));
            WriteLimits(json);
        });
    }

    /// <summary>The ranking for people.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine("        B/GPa      B'    a0/Å  published    dev/%   E_coh/eV  published    dev/%");
        for (var i = 0; i < _metals.Count; i++)
        {
            var (fit, published) = _metals[i];
            output.WriteLine(
                $"{i + 1, 2}  {fit.Element, -2} {fit.Equation.BulkModulus, 6:0.0} {fit.Equation.BulkModulusPrime, 7:0.00}"
                    + $" {fit.Equation.LatticeConstant, 7:0.0000}  {published.A0, 9:0.000} {Signed(_metals[i].LatticeConstantDeviation), 8}"
                    + $"   {fit.Equation.CohesiveEnergy, 8:0.0000}  {published.CohesiveEnergy, 9:0.000} "
                    + $"{Signed(_metals[i].CohesiveEnergyDeviation), 8}"
                    + (_metals[i].IsWithinLimits ? "" : "  too far off")
            );
        }
    }

    /// <summary>Lines for people, one per metal that is further off than the limits allow.</summary>
    public IEnumerable<string> Complaints()
    {
        foreach (var metal in _metals)
            if (!metal.IsWithinLimits)
                yield return $"{metal.Fit.Element} is too far from its published values:"
                    + $" a0 {Signed(metal.LatticeConstantDeviation)} % (limit {LatticeConstantLimit} %),"
                    + $" E_coh {Signed(metal.CohesiveEnergyDeviation)} % (limit {CohesiveEnergyLimit} %)";
    }

    // Adding zero turns the -0 of a tiny negative number into 0; a format with sections would print it as "-+0.0000".
    private static string Signed(double percent) => $"{Math.Round(percent, 4) + 0.0:+0.0000;-0.0000;0.0000}";

    private static void WriteLimits(Utf8JsonWriter json)
    {
        json.WriteNumber("a0_limit_percent", LatticeConstantLimit);
        json.WriteNumber("e_coh_limit_percent", CohesiveEnergyLimit);
    }

    private static void WriteMetal(Utf8JsonWriter json, int rank, RankedMetal metal)
    {
        json.WriteStartObject();
        json.WriteNumber("rank", rank);
        json.WriteString("element", metal.Fit.Element);
        json.WriteNumber("bulk_modulus_gpa", metal.Fit.Equation.BulkModulus);
        json.WriteNumber("bulk_modulus_prime", metal.Fit.Equation.BulkModulusPrime);
        json.WriteNumber("a0_angstrom", metal.Fit.Equation.LatticeConstant);
        json.WriteNumber("a0_published_angstrom", metal.Published.A0);
        json.WriteNumber("a0_deviation_percent", metal.LatticeConstantDeviation);
        json.WriteNumber("e_coh_ev", metal.Fit.Equation.CohesiveEnergy);
        json.WriteNumber("e_coh_published_ev", metal.Published.CohesiveEnergy);
        json.WriteNumber("e_coh_deviation_percent", metal.CohesiveEnergyDeviation);
        json.WriteBoolean("ok", metal.IsWithinLimits);
        json.WriteEndObject();
    }

    private double Largest(Func<RankedMetal, double> deviation)
    {
        double largest = 0;
        foreach (var metal in _metals)
            largest = Math.Max(largest, Math.Abs(deviation(metal)));
        return largest;
    }
}
