using Common;

namespace ThinFilmLab;

/// <summary>A film as it was expected and as it is.</summary>
/// <param name="Sample">Number of the film.</param>
/// <param name="Seconds">Time of deposition.</param>
/// <param name="Predicted">Thickness, nm.</param>
/// <param name="Fit">What fits the curve.</param>
/// <param name="Fringes">Thickness from the fringes alone, nm.</param>
internal sealed record Reconciliation(int Sample, double Seconds, double Predicted, FilmFit Fit, double Fringes)
{
    /// <summary>Further than this from each other, fit and fringes do not speak of the same film; percent.</summary>
    public const double FringeLimit = 3;

    /// <summary>nm.</summary>
    public double Measured => Fit.Thickness / 10;

    /// <summary>Percent.</summary>
    public double Deviation => 100 * (Measured - Predicted) / Predicted;

    /// <summary>Percent.</summary>
    public double OffTarget => 100 * (Measured - Laboratory.Target) / Laboratory.Target;

    public bool IsOnTarget => Math.Abs(OffTarget) <= Laboratory.Tolerance;

    // Written so that a number that is none does not pass.
    public bool IsSound => Math.Abs(Fringes - Measured) <= FringeLimit / 100 * Measured;

    /// <summary>What the source deposits on average, nm/s.</summary>
    public double Rate => Measured / Seconds;

    public void Write() => JsonFile.Write(Results.FileName, json =>
        {
            json.WriteNumber("sample", Sample);
            json.WriteNumber("deposition_s", Seconds);
            json.WriteNumber("predicted_nm", Predicted);
            json.WriteNumber("measured_nm", Measured);
            json.WriteNumber("measured_error_nm", Fit.ThicknessError / 10);
            json.WriteNumber("fringes_nm", Fringes);
            json.WriteNumber("surface_roughness_nm", Fit.Surface / 10);
            json.WriteNumber("interface_roughness_nm", Fit.Interface / 10);
            json.WriteNumber("beam_counts_per_s", Fit.Beam);
            json.WriteNumber("background_counts_per_s", Fit.Background);
            json.WriteNumber("chi_squared_reduced", Fit.ChiSquared);
            json.WriteNumber("deviation_percent", Deviation);
            json.WriteNumber("off_target_percent", OffTarget);
            json.WriteBoolean("on_target", IsOnTarget);
            json.WriteNumber("rate_nm_per_s", Rate);
        });

    public void Print(TextWriter output)
    {
        output.WriteLine(
            $"film {Sample}, {Seconds:0.00} s: predicted {Predicted:0.000} nm, measured {Measured:0.000} ± "
                + $"{Fit.ThicknessError / 10:0.000} nm ({Deviation:+0.00;-0.00} %), fringes alone {Fringes:0.00} nm"
        );
        output.WriteLine(
            $"roughness {Fit.Surface / 10:0.000} nm at the surface, {Fit.Interface / 10:0.000} nm at the substrate; "
                + $"χ² {Fit.ChiSquared:0.00} after {Fit.Steps} steps"
        );
        output.WriteLine(
            IsOnTarget
                ? $"on target ({Laboratory.Target} nm ± {Laboratory.Tolerance} %)"
                : $"{OffTarget:+0.00;-0.00} % off target; the source deposits {Rate:0.00000} nm/s"
        );
    }
}
