namespace ThinFilmLab;

/// <summary>
/// Thickness from the fringes alone (H. Kiessig, Ann. Phys. 402, 769 (1931)): inside the film the wave number is
/// q' = (4π/λ) √(sin²θ - sin²θc), and log(R q⁴) has a period of 2π/d in it. The strongest period is looked for.
/// </summary>
internal static class Fringes
{
    private const double Least = 50,
        Most = 800,
        Step = 0.25;

    /// <summary>Å.</summary>
    public static double Thickness(FilmModel model, Scan scan, IReadOnlyList<Point> curve)
    {
        var samples = new List<(double Wave, double Height)>();
        foreach (var point in curve)
        {
            var angle = point.TwoTheta / 2 * Math.PI / 180;
            var inside = Math.Pow(Math.Sin(angle), 2) - Math.Pow(Math.Sin(model.CriticalAngle), 2);
            // A few counts say nothing of a fringe.
            if (angle < 1.3 * model.CriticalAngle || point.Counts < 30)
                continue;
            samples.Add(
                (
                    4 * Math.PI / model.Wavelength * Math.Sqrt(inside),
                    Math.Log(point.Counts / scan.Caught(point.TwoTheta) * Math.Pow(Math.Sin(angle), 4))
                )
            );
        }
        if (samples.Count < 20)
            throw Common.UserError.Invalid($"there are only {samples.Count} points with fringes");

        // What falls off smoothly, the roughness, is taken off as a parabola.
        double low = samples[0].Wave,
            high = samples[^1].Wave;
        var t = samples.Select(sample => 2 * (sample.Wave - low) / (high - low) - 1).ToArray();
        var smooth = Common.LeastSquares.Polynomial(t, samples.Select(sample => sample.Height).ToArray(), degree: 2)
            ?? throw Common.UserError.Invalid("the curve has no width");

        double best = 0,
            strongest = -1;
        for (var thickness = Least; thickness <= Most; thickness += Step)
        {
            double cosine = 0,
                sine = 0;
            for (var i = 0; i < samples.Count; i++)
            {
                var (sin, cos) = Math.SinCos(samples[i].Wave * thickness);
                var height = samples[i].Height - (smooth[0] + smooth[1] * t[i] + smooth[2] * t[i] * t[i]);
                // A window that falls to zero at both ends keeps them from making periods of their own.
                height *= 1 - t[i] * t[i];
                cosine += height * cos;
                sine += height * sin;
            }
            if (cosine * cosine + sine * sine > strongest)
                (best, strongest) = (thickness, cosine * cosine + sine * sine);
        }
        return best;
    }
}
