using Common;

namespace BatteryScreening;

/// <summary>A point charge in a cell: its name, place (Å) and charge (e).</summary>
internal readonly record struct Ion(string Name, Vector Place, int Charge);

/// <summary>Point charges repeated by three lattice vectors (Å).</summary>
internal sealed record Crystal(Vector A, Vector B, Vector C, IReadOnlyList<Ion> Ions)
{
    /// <summary>e²/(4πε0), eV Å: the energy of two elementary charges one ångström apart (CODATA 2018).</summary>
    public const double Coulomb = 14.3996454784;

    /// <summary>Volume of the cell, Å³.</summary>
    public double Volume => Math.Abs(Vector.Dot(A, Vector.Cross(B, C)));

    /// <summary>Sum of the charges in the cell, e.</summary>
    public int Charge => Ions.Sum(ion => ion.Charge);

    /// <summary>Reciprocal vectors with a·a* = 2π, 1/Å.</summary>
    public (Vector A, Vector B, Vector C) Reciprocal
    {
        get
        {
            var factor = 2 * Math.PI / Vector.Dot(A, Vector.Cross(B, C));
            return (factor * Vector.Cross(B, C), factor * Vector.Cross(C, A), factor * Vector.Cross(A, B));
        }
    }

    /// <summary>Integer combinations of three vectors that are no longer than <paramref name="radius"/>, one after the other.</summary>
    /// <param name="vectors">The vectors to combine.</param>
    /// <param name="duals">Their reciprocal vectors: they say how far each coefficient can go.</param>
    /// <param name="radius">Largest length.</param>
    public static IEnumerable<Vector> Combinations(
        (Vector A, Vector B, Vector C) vectors,
        (Vector A, Vector B, Vector C) duals,
        double radius
    )
    {
        int Reach(Vector dual) => (int)(radius * dual.Length / (2 * Math.PI));
        int reachA = Reach(duals.A),
            reachB = Reach(duals.B),
            reachC = Reach(duals.C);
        for (var i = -reachA; i <= reachA; i++)
        for (var j = -reachB; j <= reachB; j++)
        for (var k = -reachC; k <= reachC; k++)
        {
            var vector = i * vectors.A + j * vectors.B + k * vectors.C;
            if (vector.SquaredLength <= radius * radius)
                yield return vector;
        }
    }
}
