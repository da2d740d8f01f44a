using Common;

namespace BatteryScreening;

/// <summary>
/// Potential of a neutral crystal of point charges by the splitting of P. P. Ewald, Ann. Phys. 369, 253 (1921): each charge
/// is screened by a Gaussian and summed in real space, the Gaussians are summed over the reciprocal lattice. The result does
/// not depend on the width of the Gaussians, which only moves work from one sum to the other.
/// </summary>
internal sealed class Ewald
{
    // Beyond these, terms are below exp(-36) = 2e-16 of a charge one ångström away.
    private const double Reach = 6;

    private readonly Crystal _crystal;
    private readonly double _splitting;
    private readonly Vector[] _cells;
    private readonly (Vector Wave, double Cosine, double Sine)[] _waves;

    /// <param name="crystal">Neutral, or the sums have no limit.</param>
    /// <param name="width">Factor on the splitting parameter √π / V^(1/3), which shares the work evenly.</param>
    public Ewald(Crystal crystal, double width)
    {
        _crystal = crystal;
        _splitting = width * Math.Sqrt(Math.PI) / Math.Cbrt(crystal.Volume);
        var cell = (crystal.A, crystal.B, crystal.C);

        // The cell's own size comes on top: places in it and the place asked for are that far apart at most.
        _cells = Crystal
            .Combinations(cell, crystal.Reciprocal, Reach / _splitting + (crystal.A.Length + crystal.B.Length + crystal.C.Length))
            .ToArray();
        _waves = Crystal
            .Combinations(crystal.Reciprocal, cell, 2 * Reach * _splitting)
            .Where(wave => wave != default)
            .Select(Wave)
            .ToArray();
    }

    /// <summary>Potential in volt at a place; a charge that sits there itself does not count.</summary>
    public double Potential(Vector place)
    {
        double sum = 0;
        foreach (var cell in _cells)
        foreach (var ion in _crystal.Ions)
        {
            var distance = (ion.Place + cell - place).Length;
            if (_splitting * distance > Reach)
                continue;
            if (distance > 1e-6)
                sum += ion.Charge * ErrorFunction.Erfc(_splitting * distance) / distance;
            else
                sum -= ion.Charge * 2 * _splitting / Math.Sqrt(Math.PI);
        }

        foreach (var (wave, cosine, sine) in _waves)
        {
            var (sin, cos) = Math.SinCos(Vector.Dot(wave, place));
            sum += cosine * cos + sine * sin;
        }
        return Crystal.Coulomb * sum;
    }

    /// <summary>A wave with its share of the potential: 4π/V exp(-G²/4η²)/G² times the structure factor.</summary>
    private (Vector, double, double) Wave(Vector wave)
    {
        double cosine = 0,
            sine = 0;
        foreach (var ion in _crystal.Ions)
        {
            var (sin, cos) = Math.SinCos(Vector.Dot(wave, ion.Place));
            cosine += ion.Charge * cos;
            sine += ion.Charge * sin;
        }
        var weight = 4 * Math.PI / _crystal.Volume * Math.Exp(-wave.SquaredLength / (4 * _splitting * _splitting)) / wave.SquaredLength;
        return (wave, weight * cosine, weight * sine);
    }
}
