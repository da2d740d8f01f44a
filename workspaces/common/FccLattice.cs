namespace Common;

/// <summary>A lattice vector from one atom to another, in units of half the cubic lattice constant a.</summary>
internal readonly record struct LatticeVector(int X, int Y, int Z)
{
    /// <summary>Squared length in units of (a/2)²: an integer, so shells are told apart exactly.</summary>
    public int SquaredLength => X * X + Y * Y + Z * Z;

    /// <summary>Length in units of a.</summary>
    public double Length => Math.Sqrt(SquaredLength) / 2;
}

/// <summary>The face-centred cubic lattice: primitive vectors (a/2)(0,1,1), (a/2)(1,0,1), (a/2)(1,1,0).</summary>
internal static class FccLattice
{
    /// <summary>Volume per atom, in the cube of the unit of <paramref name="a"/>: four atoms share the cubic cell.</summary>
    public static double VolumePerAtom(double a) => a * a * a / 4;

    /// <summary>Inverse of <see cref="VolumePerAtom"/>.</summary>
    public static double LatticeConstant(double volumePerAtom) => Math.Cbrt(4 * volumePerAtom);

    /// <summary>All neighbours of an atom in its nearest <paramref name="shells"/> shells, nearest first.</summary>
    public static IReadOnlyList<LatticeVector> Neighbours(int shells)
    {
        for (var reach = 1; ; reach++)
        {
            var vectors = Combinations(reach);
            vectors.Sort((left, right) => left.SquaredLength.CompareTo(right.SquaredLength));
            var end = EndOfShell(vectors, shells);

            // A vector left out has a coefficient beyond the reach and so a squared length of at least 4/3 (reach+1)²:
            // lattice planes perpendicular to a reciprocal vector lie 2/√3 apart in units of a/2.
            if (end > 0 && 3 * vectors[end - 1].SquaredLength < 4 * (reach + 1) * (reach + 1))
                return vectors.GetRange(0, end);
        }
    }

    /// <summary>Integer combinations of the primitive vectors with coefficients from -reach to reach, without zero.</summary>
    private static List<LatticeVector> Combinations(int reach)
    {
        var vectors = new List<LatticeVector>();
        for (var i = -reach; i <= reach; i++)
        {
            for (var j = -reach; j <= reach; j++)
            {
                for (var k = -reach; k <= reach; k++)
                {
                    if ((i, j, k) != (0, 0, 0))
                        vectors.Add(new LatticeVector(j + k, i + k, i + j));
                }
            }
        }

        return vectors;
    }

    /// <summary>Index after the last vector of the given shell in the sorted list, 0 if the list has fewer shells.</summary>
    private static int EndOfShell(List<LatticeVector> sorted, int shell)
    {
        var seen = 0;
        for (var i = 1; i <= sorted.Count; i++)
            if ((i == sorted.Count || sorted[i].SquaredLength != sorted[i - 1].SquaredLength) && ++seen == shell)
                return i;
        return 0;
    }
}
