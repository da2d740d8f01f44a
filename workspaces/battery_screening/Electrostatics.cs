using Common;

namespace BatteryScreening;

/// <summary>Exit codes beyond those that all programs share.</summary>
internal static class ExitCodes
{
    public const int Unbalanced = 3;
    public const int Overlapping = 4;
    public const int NotConverged = 5;
}

/// <summary>Potentials of one crystal, each computed three times: by Ewald's splitting with two widths and by the windowed sum.</summary>
internal sealed class Electrostatics(Crystal crystal)
{
    /// <summary>Largest difference between the ways, volt.</summary>
    public const double Tolerance = 1e-6;

    private readonly Ewald _narrow = new(crystal, 1),
        _wide = new(crystal, 1.4);
    private readonly Dictionary<Vector, double> _known = [];

    /// <summary>Largest difference between the ways so far, volt.</summary>
    public double LargestDifference { get; private set; }

    /// <summary>Potential in volt at a place, without a charge that sits there.</summary>
    /// <exception cref="UserError">The ways do not agree: the sums have not converged.</exception>
    public double Potential(Vector place)
    {
        if (_known.TryGetValue(place, out var known))
            return known;

        double first = _narrow.Potential(place),
            second = _wide.Potential(place),
            third = WindowedSum.Potential(crystal, place);
        var difference = Math.Max(Math.Abs(second - first), Math.Abs(third - first));

        // Written so that a difference that is not a number does not pass.
        if (!(difference <= Tolerance))
            throw UserError.Refused(
                ExitCodes.NotConverged,
                $"the sums do not agree: {first:0.000000000} and {second:0.000000000} V by Ewald, {third:0.000000000} V by the windowed sum"
            );
        LargestDifference = Math.Max(LargestDifference, difference);
        return _known[place] = first;
    }

    /// <summary>Electrostatic energy of the cell, eV.</summary>
    public double Energy() => crystal.Ions.Sum(ion => ion.Charge * Potential(ion.Place)) / 2;
}
