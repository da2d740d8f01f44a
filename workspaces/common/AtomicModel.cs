namespace Common;

/// <summary>Parameters between two kinds of atoms: A and ξ in eV, p and q dimensionless, r0 in Å.</summary>
internal readonly record struct PairParameters(double A, double Xi, double P, double Q, double R0)
{
    public static PairParameters Of(CleriRosato metal) => new(metal.A, metal.Xi, metal.P, metal.Q, metal.A0 / Math.Sqrt(2));

    /// <summary>Unlike atoms: strengths (A, ξ) by the geometric mean, decays and distance (p, q, r0) by the arithmetic mean.</summary>
    public static PairParameters Mixed(CleriRosato one, CleriRosato other)
    {
        PairParameters a = Of(one),
            b = Of(other);
        return one == other ? a : new(Math.Sqrt(a.A * b.A), Math.Sqrt(a.Xi * b.Xi), (a.P + b.P) / 2, (a.Q + b.Q) / 2, (a.R0 + b.R0) / 2);
    }
}

/// <summary>
/// Atoms of the potential of Cleri and Rosato that have left the places of a perfect lattice. An atom counts as neighbours
/// those that it has in its shells on that lattice, wherever they have moved: with that the energy has no jumps and is, on
/// the lattice itself, the same sum as the one the parameters were fitted with.
/// </summary>
internal sealed class AtomicModel
{
    private readonly Bond[] _bonds;
    private readonly double[] _secondMoments,
        _repulsions;

    /// <summary>A bond from atom I to a periodic image of atom J; each stands once.</summary>
    private readonly record struct Bond(int I, int J, Vector Shift, PairParameters Pair);

    /// <summary>What a bond adds to both its ends, kept between energy and gradient.</summary>
    private readonly (double Repulsion, double Hopping)[] _shares;

    private AtomicModel(Vector[] places, Bond[] bonds) =>
        (Places, _bonds, _shares, _secondMoments, _repulsions) = (
            places,
            bonds,
            new (double, double)[bonds.Length],
            new double[places.Length],
            new double[places.Length]
        );

    /// <summary>Places on the lattice, Å.</summary>
    public IReadOnlyList<Vector> Places { get; }

    public int Atoms => Places.Count;

    /// <param name="metals">The metal of each atom.</param>
    /// <param name="places">Place of each atom on the fcc lattice, Å.</param>
    /// <param name="periods">Perpendicular vectors after which everything repeats, Å; they may be shorter than a bond.</param>
    /// <param name="a">Lattice constant of the lattice, Å.</param>
    public static AtomicModel Build(
        IReadOnlyList<CleriRosato> metals,
        IReadOnlyList<Vector> places,
        IReadOnlyList<Vector> periods,
        double a
    )
    {
        // The middle between the last shell that counts and the next one, which lie at √(5/2) a and √3 a.
        var reach = a * (Math.Sqrt(CleriRosato.Shells / 2.0) + Math.Sqrt((CleriRosato.Shells + 1) / 2.0)) / 2;
        var pairs = new Dictionary<(CleriRosato, CleriRosato), PairParameters>();
        var bonds = new List<Bond>();
        for (var i = 0; i < places.Count; i++)
        {
            for (var j = i; j < places.Count; j++)
            {
                foreach (var shift in Shifts(periods, places[j] - places[i], reach))
                {
                    if (i == j && !IsForward(shift))
                        continue;
                    var key = (metals[i], metals[j]);
                    if (!pairs.TryGetValue(key, out var pair))
                        pairs[key] = pair = PairParameters.Mixed(metals[i], metals[j]);
                    bonds.Add(new Bond(i, j, shift, pair));
                }
            }
        }
        return new AtomicModel([.. places], [.. bonds]);
    }

    /// <summary>Energy in eV against free atoms.</summary>
    /// <param name="moved">x, y, z of all atoms, Å, before scaling.</param>
    /// <param name="gradient">Where the derivatives by <paramref name="moved"/> go, eV/Å; empty if they are not wanted.</param>
    /// <param name="scale">Factor on all distances, for expanding the crystal.</param>
    public double Energy(ReadOnlySpan<double> moved, Span<double> gradient, double scale = 1)
    {
        Array.Clear(_secondMoments);
        Array.Clear(_repulsions);
        for (var b = 0; b < _bonds.Length; b++)
        {
            ref readonly var bond = ref _bonds[b];
            var stretch = scale * Across(moved, bond).Length / bond.Pair.R0 - 1;
            var repulsion = bond.Pair.A * Math.Exp(-bond.Pair.P * stretch);
            var hopping = bond.Pair.Xi * bond.Pair.Xi * Math.Exp(-2 * bond.Pair.Q * stretch);
            _repulsions[bond.I] += repulsion;
            _repulsions[bond.J] += repulsion;
            _secondMoments[bond.I] += hopping;
            _secondMoments[bond.J] += hopping;
            _shares[b] = (repulsion, hopping);
        }

        double energy = 0;
        for (var i = 0; i < _repulsions.Length; i++)
            energy += _repulsions[i] - Math.Sqrt(_secondMoments[i]);
        if (!gradient.IsEmpty)
            Gradient(moved, gradient, scale);
        return energy;
    }

    /// <summary>
    /// Second moment Σ ξ² exp(-2q (r/r0 - 1)) at each atom, eV², of the last energy computed. Its square root measures the width of the
    /// band there.
    /// </summary>
    public ReadOnlySpan<double> SecondMoments => _secondMoments;

    /// <summary>Lengths of the bonds to nearest neighbours, Å before scaling.</summary>
    public IEnumerable<double> NearestDistances(double[] moved, double a)
    {
        var between = a * (Math.Sqrt(0.5) + 1) / 2;
        foreach (var bond in _bonds)
            if ((Places[bond.J] + bond.Shift - Places[bond.I]).Length < between)
                yield return Across(moved, bond).Length;
    }

    /// <summary>Places on the lattice as one list of coordinates.</summary>
    public double[] Coordinates()
    {
        var coordinates = new double[3 * Atoms];
        for (var i = 0; i < Atoms; i++)
            (coordinates[3 * i], coordinates[3 * i + 1], coordinates[3 * i + 2]) = (Places[i].X, Places[i].Y, Places[i].Z);
        return coordinates;
    }

    private void Gradient(ReadOnlySpan<double> moved, Span<double> gradient, double scale)
    {
        gradient.Clear();
        for (var b = 0; b < _bonds.Length; b++)
        {
            ref readonly var bond = ref _bonds[b];
            var (repulsion, hopping) = _shares[b];
            var bands = 1 / Math.Sqrt(_secondMoments[bond.I]) + 1 / Math.Sqrt(_secondMoments[bond.J]);
            var slope = (bond.Pair.Q * hopping * bands - 2 * bond.Pair.P * repulsion) * scale / bond.Pair.R0;
            var across = Across(moved, bond);
            var pull = slope / across.Length * across;
            int i = 3 * bond.I,
                j = 3 * bond.J;
            gradient[i] -= pull.X;
            gradient[i + 1] -= pull.Y;
            gradient[i + 2] -= pull.Z;
            gradient[j] += pull.X;
            gradient[j + 1] += pull.Y;
            gradient[j + 2] += pull.Z;
        }
    }

    private static Vector Across(ReadOnlySpan<double> moved, in Bond bond)
    {
        int i = 3 * bond.I,
            j = 3 * bond.J;
        return new Vector(
            moved[j] - moved[i] + bond.Shift.X,
            moved[j + 1] - moved[i + 1] + bond.Shift.Y,
            moved[j + 2] - moved[i + 2] + bond.Shift.Z
        );
    }

    /// <summary>Of a bond from an atom to its own image and the one back, only one counts.</summary>
    private static bool IsForward(Vector shift) =>
        shift.Z > 1e-9 || (shift.Z > -1e-9 && (shift.Y > 1e-9 || (shift.Y > -1e-9 && shift.X > 1e-9)));

    /// <summary>The multiples of perpendicular periods that bring <paramref name="apart"/> within <paramref name="reach"/>.</summary>
    private static List<Vector> Shifts(IReadOnlyList<Vector> periods, Vector apart, double reach)
    {
        var shifts = new List<Vector> { default };
        foreach (var period in periods)
        {
            var squared = period.SquaredLength;
            double along = Vector.Dot(apart, period) / squared,
                most = reach / Math.Sqrt(squared);
            var longer = new List<Vector>();
            for (var n = (int)Math.Ceiling(-most - along); n <= most - along; n++)
                foreach (var shift in shifts)
                    longer.Add(shift + n * period);
            shifts = longer;
        }
        return shifts.FindAll(shift => (apart + shift).SquaredLength <= reach * reach);
    }
}
