namespace Common;

/// <summary>The equilibrium of a crystal.</summary>
/// <param name="Volume">Volume per atom at the minimum, Å³.</param>
/// <param name="Energy">Energy per atom at the minimum, eV.</param>
/// <param name="BulkModulus">B = V d²E/dV² at the minimum, GPa.</param>
/// <param name="BulkModulusPrime">dB/dP at the minimum, dimensionless.</param>
/// <param name="RmsResidual">Root mean square of the points' distance to the curve, eV per atom.</param>
/// <param name="Points">Number of points fitted.</param>
internal sealed record EquationOfState(
    double Volume,
    double Energy,
    double BulkModulus,
    double BulkModulusPrime,
    double RmsResidual,
    int Points
)
{
    /// <summary>Lattice constant of the fcc crystal at the minimum, ångström.</summary>
    public double LatticeConstant => FccLattice.LatticeConstant(Volume);

    /// <summary>Energy to take the crystal apart, eV per atom, positive for a bound crystal.</summary>
    public double CohesiveEnergy => -Energy;
}

/// <summary>
/// Third-order Birch–Murnaghan equation of state (F. Birch, Phys. Rev. 71, 809 (1947)). Its E(V) is a cubic polynomial
/// in x = V^(-2/3), so the fit is linear and the minimum is a root of a quadratic.
/// </summary>
internal static class BirchMurnaghan
{
    /// <summary>The cubic has four coefficients; one point more leaves a residual to judge the fit by.</summary>
    public const int LeastPoints = 5;

    /// <summary>1 eV/Å³ in GPa, exact in the SI of 2019.</summary>
    public const double GPaPerEvPerAngstrom3 = 160.2176634;

    /// <summary>Fits energies per atom (eV) at volumes per atom (Å³).</summary>
    /// <exception cref="UserError">Fewer than five different volumes, or no minimum among them.</exception>
    public static EquationOfState Fit(ReadOnlySpan<double> volumes, ReadOnlySpan<double> energies)
    {
        var different = new HashSet<double>();
        foreach (var volume in volumes)
            different.Add(volume);
        if (different.Count < LeastPoints)
            throw UserError.Invalid($"a fit needs at least {LeastPoints} different volumes, there are {different.Count}");

        var x = new double[volumes.Length];
        double least = double.PositiveInfinity,
            most = 0;
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = Math.Pow(volumes[i], -2.0 / 3);
            least = Math.Min(least, x[i]);
            most = Math.Max(most, x[i]);
        }

        // The polynomial is fitted in t, which runs from -1 to 1: powers of x itself would be nearly dependent.
        double middle = (least + most) / 2,
            half = (most - least) / 2;
        var t = Array.ConvertAll(x, value => (value - middle) / half);
        var c = LeastSquares.Polynomial(t, energies, degree: 3)
            ?? throw UserError.Invalid("the volumes lie too close together to fit a curve");

        var minimum = Minimum(c);
        if (!(Math.Abs(minimum) < 1))
            throw UserError.Invalid(
                $"the fitted curve has no minimum between {Volume(most):0.####} and {Volume(least):0.####} Å³ per atom"
            );

        var x0 = middle + half * minimum;
        var second = (2 * c[2] + 6 * c[3] * minimum) / (half * half);
        var third = 6 * c[3] / (half * half * half);

        // With dE/dx = 0: V d²E/dV² = (4/9) x^(7/2) d²E/dx², and dB/dP = 4 + (2/3) x (d³E/dx³) / (d²E/dx²).
        return new EquationOfState(
            Volume(x0),
            Value(c, minimum),
            4.0 / 9 * Math.Pow(x0, 3.5) * second * GPaPerEvPerAngstrom3,
            4 + 2.0 / 3 * x0 * third / second,
            RmsResidual(c, t, energies),
            t.Length
        );
    }

    private static double Volume(double x) => Math.Pow(x, -1.5);

    private static double Value(double[] c, double t) => ((c[3] * t + c[2]) * t + c[1]) * t + c[0];

    /// <summary>
    /// Where the cubic has its minimum; NaN if nowhere. At the root of its derivative with a positive second derivative
    /// the square root stands with a plus, and this form of the root loses no digits and allows c[3] = 0.
    /// </summary>
    private static double Minimum(double[] c)
    {
        var root = Math.Sqrt(c[2] * c[2] - 3 * c[1] * c[3]);
        return c[2] + root > 0 ? -c[1] / (c[2] + root) : double.NaN;
    }

    private static double RmsResidual(double[] c, double[] t, ReadOnlySpan<double> energies)
    {
        double sum = 0;
        for (var i = 0; i < t.Length; i++)
        {
            var residual = energies[i] - Value(c, t[i]);
            sum += residual * residual;
        }
        return Math.Sqrt(sum / t.Length);
    }
}
