using Common;

namespace BatteryScreening;

/// <summary>
/// The same potential without a reciprocal lattice: charges are summed outwards as they are, and fade out with their
/// distance, Σ q w(r)/r with w(r) = erfc((r - c)/s)/2. A sharp edge would cut neutral groups apart and the sum would not
/// settle, which is why H. M. Evjen, Phys. Rev. 39, 675 (1932), gave the charges at the edge fractional weights; a smooth
/// fade does this for any lattice. In terms of the lattice's waves G the error is of the order exp(-(G s/2)²) from the
/// fading and exp(-(c/s)²) from the centre, and both are chosen below 1e-8.
/// </summary>
internal static class WindowedSum
{
    private const double Decays = 4.3;

    /// <summary>More charges than this are not summed: the crystal has waves too long for the method.</summary>
    public const double MostCharges = 4e6;

    /// <summary>Potential in volt at a place; a charge that sits there itself does not count.</summary>
    /// <exception cref="UserError">It would take too many charges to converge.</exception>
    public static double Potential(Crystal crystal, Vector place)
    {
        var cell = (crystal.A, crystal.B, crystal.C);
        var reciprocal = crystal.Reciprocal;
        var fade = 2 * Decays / Shortest(reciprocal, cell);
        var centre = Decays * fade;
        var radius = centre + Decays * fade;
        var charges = crystal.Ions.Count * 4.0 / 3 * Math.PI * radius * radius * radius / crystal.Volume;
        if (charges > MostCharges)
            throw UserError.Refused(
                ExitCodes.NotConverged,
                $"the sum over the charges needs {charges:0.0e+0} of them to converge, more than {MostCharges:0.0e+0}"
            );

        double sum = 0;
        foreach (var shift in Crystal.Combinations(cell, reciprocal, radius + crystal.A.Length + crystal.B.Length + crystal.C.Length))
        foreach (var ion in crystal.Ions)
        {
            var distance = (ion.Place + shift - place).Length;
            if (distance > 1e-6 && distance < radius)
                sum += ion.Charge * Window((distance - centre) / fade) / distance;
        }
        return Crystal.Coulomb * sum;
    }

    // Far inside, the window is one to the last digit, and most charges are there.
    private static double Window(double x) => x < -6 ? 1 : ErrorFunction.Erfc(x) / 2;

    private static double Shortest((Vector A, Vector B, Vector C) reciprocal, (Vector A, Vector B, Vector C) cell)
    {
        var bound = Math.Min(reciprocal.A.Length, Math.Min(reciprocal.B.Length, reciprocal.C.Length)) * 1.000001;
        return Crystal.Combinations(reciprocal, cell, bound).Where(wave => wave != default).Min(wave => wave.Length);
    }
}
