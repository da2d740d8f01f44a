using Common;

namespace ThinFilmLab;

/// <summary>What the laboratory does to a recipe, which nobody in it knows: as in <c>machine.json</c>.</summary>
/// <param name="Rate">What the source really deposits, nm/s.</param>
/// <param name="Delay">Time until its shutter is open, s.</param>
/// <param name="SurfaceRoughness">Å.</param>
/// <param name="InterfaceRoughness">Å.</param>
/// <param name="Beam">Counts per second of the direct beam.</param>
/// <param name="Background">Counts per second without a beam.</param>
/// <param name="Divergence">Standard deviation of the angle θ, degrees.</param>
/// <param name="Seed">Of the counting noise; the sample's number is added.</param>
internal sealed record Machine(
    double Rate,
    double Delay,
    double SurfaceRoughness,
    double InterfaceRoughness,
    double Beam,
    double Background,
    double Divergence,
    ulong Seed
)
{
    public const string DefaultPath = "machine.json";

    public static Machine Read(string path) =>
        JsonFile.Read(path, root => new Machine(
            JsonFile.Positive(root, "rate_nm_per_s", path),
            JsonFile.Number(root, "shutter_delay_s", path),
            JsonFile.Positive(root, "surface_roughness_angstrom", path),
            JsonFile.Positive(root, "interface_roughness_angstrom", path),
            JsonFile.Positive(root, "beam_counts_per_s", path),
            JsonFile.Positive(root, "background_counts_per_s", path),
            JsonFile.Positive(root, "divergence_deg", path),
            (ulong)JsonFile.Positive(root, "seed", path)
        ));
}

/// <summary>
/// A simulated sputter coater with its reflectometer. Its physics is finer than that of the model it is compared with: interfaces
/// are profiles of density cut into slices of half an ångström, the beam has a divergence, and counts are counted.
/// </summary>
internal sealed class Instrument(Optics optics, Machine machine)
{
    private const double Slice = 0.5;

    /// <summary>The curve of a film made and measured after a recipe.</summary>
    public IReadOnlyList<Point> Measure(Recipe recipe, int sample)
    {
        var thickness = 10 * machine.Rate * Math.Max(0, recipe.Seconds - machine.Delay);
        var stack = Profile(optics[recipe.Material], optics[recipe.Substrate], thickness);
        var random = new SeededRandom(machine.Seed + (ulong)sample);
        return recipe.Scan.Angles().Select(angle => new Point(angle, Poisson(random, Expected(stack, recipe.Scan, angle)))).ToList();
    }

    private double Expected(Layer[] stack, Scan scan, double twoTheta)
    {
        // Gauss-Hermite nodes would do; equal steps over three standard deviations are easier to check.
        double sum = 0,
            weights = 0;
        for (var i = -6; i <= 6; i++)
        {
            var off = i / 2.0;
            var weight = Math.Exp(-off * off / 2);
            var angle = Math.Max(1e-6, (twoTheta / 2 + off * machine.Divergence) * Math.PI / 180);
            sum += weight * Parratt.Reflectivity(stack, optics.Wavelength, angle);
            weights += weight;
        }
        return scan.Seconds * (machine.Beam * scan.Caught(twoTheta) * sum / weights + machine.Background);
    }

    /// <summary>Density through the film: an error function at either interface, no roughness factor anywhere.</summary>
    private Layer[] Profile(Index film, Index substrate, double thickness)
    {
        var layers = new List<Layer>();
        double from = -4 * machine.SurfaceRoughness,
            to = thickness + 4 * machine.InterfaceRoughness;
        for (var depth = from + Slice / 2; depth < to; depth += Slice)
        {
            var inside = Step(depth / machine.SurfaceRoughness);
            var beyond = Step((depth - thickness) / machine.InterfaceRoughness);
            layers.Add(
                new Layer(
                    new Index(
                        film.Delta * (inside - beyond) + substrate.Delta * beyond,
                        film.Beta * (inside - beyond) + substrate.Beta * beyond
                    ),
                    Slice,
                    0
                )
            );
        }
        layers.Add(new Layer(substrate, 0, 0));
        return [.. layers];
    }

    private static double Step(double x) => 1 - ErrorFunction.Erfc(x / Math.Sqrt(2)) / 2;

    /// <summary>A Poisson number: by multiplying uniform ones while that is quick, from a normal one where both are the same to a
    /// thousandth.</summary>
    private static double Poisson(SeededRandom random, double mean)
    {
        if (mean > 500)
            return Math.Max(0, Math.Round(mean + Math.Sqrt(mean) * random.Normal()));
        var count = -1;
        for (var product = 1.0; product > Math.Exp(-mean); count++)
            product *= 1 - random.Uniform();
        return count;
    }
}
