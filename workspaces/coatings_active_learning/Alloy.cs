using Common;

namespace CoatingsActiveLearning;

/// <summary>Shares of the metals in sixteenths; they sum up to sixteen.</summary>
internal sealed record Composition(IReadOnlyList<int> Sixteenths)
{
    public const int Whole = 16;

    /// <summary>Reads <c>4,8,4</c>.</summary>
    public static Composition Parse(string text, int metals)
    {
        var parts = text.Split(',');
        var shares = new int[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], out shares[i]) || shares[i] < 0)
                throw UserError.Usage($"'{text}' is not a list of whole numbers from 0");
        return shares.Length == metals && shares.Sum() == Whole
            ? new Composition(shares)
            : throw UserError.Usage($"'{text}' must be {metals} numbers that sum up to {Whole}");
    }

    /// <summary>Every composition of three metals, in a fixed order.</summary>
    public static IReadOnlyList<Composition> AllOfThree()
    {
        var all = new List<Composition>();
        for (var first = 0; first <= Whole; first++)
        for (var second = 0; second <= Whole - first; second++)
            all.Add(new Composition([first, second, Whole - first - second]));
        return all;
    }

    public override string ToString() => string.Join(",", Sixteenths);
}

/// <summary>What the crystal of a random alloy is like at rest.</summary>
/// <param name="LatticeConstant">Å.</param>
/// <param name="BulkModulus">GPa.</param>
/// <param name="MixingEnergy">Energy against the same atoms in crystals of their own, meV per atom.</param>
/// <param name="Distortion">Root mean square deviation of the nearest-neighbour distances from their mean, pm.</param>
internal sealed record AlloyProperties(double LatticeConstant, double BulkModulus, double MixingEnergy, double Distortion);

/// <summary>A random solid solution on the fcc lattice: 256 atoms in a periodic cube, volume and places relaxed.</summary>
internal static class Alloy
{
    /// <summary>Cubic cells along an edge of the cube.</summary>
    private const int Cells = 4;

    /// <summary>Volumes of the equation of state, percent off the middle.</summary>
    private static readonly double[] Strains = [-4, -2, 0, 2, 4];

    /// <summary>Largest force that counts as none, eV/Å.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Ways of putting the metals on the sites that are averaged over: neighbourhoods differ by chance in a cube of 256.</summary>
    private const int Draws = 4;

    public static AlloyProperties Relax(IReadOnlyList<CleriRosato> metals, Composition composition, ulong seed)
    {
        // Vegard's rule is near enough to begin with; what matters is found by relaxing.
        var a = Mean(metals, composition, metal => metal.A0);
        var random = new SeededRandom(seed);
        var draws = Enumerable.Range(0, Draws).Select(_ => Crystal(metals, composition, a, random)).ToList();
        var equation = EquationOfState(draws[0], a);

        // The volume of one draw is that of all: it differs in the fifth digit, and the energy has its minimum there.
        var scale = equation.LatticeConstant / a;
        double energy = 0,
            distortion = 0;
        foreach (var crystal in draws)
        {
            var rest = Relax(crystal, crystal.Coordinates(), scale);
            energy += rest.Value / crystal.Atoms / Draws;
            distortion += 100 * scale * Distortion(crystal.NearestDistances(rest.At, a).ToList()) / Draws;
        }
        return new AlloyProperties(
            equation.LatticeConstant,
            equation.BulkModulus,
            1000 * (energy - Mean(metals, composition, EnergyOfCrystal)),
            distortion
        );
    }

    private static EquationOfState EquationOfState(AtomicModel crystal, double a)
    {
        var at = crystal.Coordinates();
        var volumes = new double[Strains.Length];
        var energies = new double[Strains.Length];
        for (var i = 0; i < Strains.Length; i++)
        {
            var scale = Math.Cbrt(1 + Strains[i] / 100);
            var minimum = Relax(crystal, at, scale);
            at = minimum.At;
            volumes[i] = FccLattice.VolumePerAtom(a * scale);
            energies[i] = minimum.Value / crystal.Atoms;
        }
        return BirchMurnaghan.Fit(volumes, energies);
    }

    private static AtomicModel Crystal(IReadOnlyList<CleriRosato> metals, Composition composition, double a, SeededRandom random)
    {
        var sites = Sites();
        var occupation = new List<CleriRosato>();
        for (var i = 0; i < metals.Count; i++)
            occupation.AddRange(Enumerable.Repeat(metals[i], sites.Count * composition.Sixteenths[i] / Composition.Whole));
        var shuffled = occupation.ToArray();
        random.Shuffle(shuffled);
        return AtomicModel.Build(shuffled, sites.Select(site => a / 2 * site).ToArray(), Cube(a), a);
    }

    private static Minimum Relax(AtomicModel crystal, double[] at, double scale) =>
        Minimiser.Minimise((x, gradient) => crystal.Energy(x, gradient, scale), at, Tolerance, longestStep: 0.1);

    /// <summary>Energy per atom of a metal's own crystal, found the same way.</summary>
    private static double EnergyOfCrystal(CleriRosato metal)
    {
        var volumes = Array.ConvertAll(Strains, strain => FccLattice.VolumePerAtom(metal.A0) * (1 + strain / 100));
        return BirchMurnaghan
            .Fit(volumes, Array.ConvertAll(volumes, volume => metal.EnergyPerAtom(FccLattice.LatticeConstant(volume))))
            .Energy;
    }

    /// <summary>Sites of the cube in units of a/2: those whose coordinates sum up to an even number.</summary>
    private static List<Vector> Sites()
    {
        var sites = new List<Vector>();
        for (var x = 0; x < 2 * Cells; x++)
        for (var y = 0; y < 2 * Cells; y++)
        for (var z = (x + y) % 2; z < 2 * Cells; z += 2)
            sites.Add(new Vector(x, y, z));
        return sites;
    }

    private static Vector[] Cube(double a) => [new(Cells * a, 0, 0), new(0, Cells * a, 0), new(0, 0, Cells * a)];

    private static double Mean(IReadOnlyList<CleriRosato> metals, Composition composition, Func<CleriRosato, double> property)
    {
        double sum = 0;
        for (var i = 0; i < metals.Count; i++)
            if (composition.Sixteenths[i] > 0)
                sum += composition.Sixteenths[i] * property(metals[i]);
        return sum / Composition.Whole;
    }

    /// <summary>Root mean square deviation of the nearest-neighbour distances from their mean, in their own unit.</summary>
    private static double Distortion(IReadOnlyList<double> distances)
    {
        var mean = distances.Average();
        return Math.Sqrt(distances.Average(distance => (distance - mean) * (distance - mean)));
    }
}
