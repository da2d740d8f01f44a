using Common;

namespace BatteryScreening;

/// <summary>A crystal whose Madelung constant is in print.</summary>
/// <param name="Crystal">Built with the shortest distance of unlike ions as the unit of length.</param>
/// <param name="Units">Formula units in the cell.</param>
/// <param name="Published">M in E = -M e²/d per formula unit, d the shortest distance of unlike ions.</param>
internal sealed record Reference(Crystal Crystal, int Units, double Published);

/// <summary>The simple ionic structures; constants as in Q. C. Johnson and D. H. Templeton, J. Chem. Phys. 34, 2004 (1961).</summary>
internal static class ReferenceCrystals
{
    private static readonly double Root3 = Math.Sqrt(3);

    public static IReadOnlyDictionary<string, Func<Reference>> All { get; } =
        new Dictionary<string, Func<Reference>>(StringComparer.Ordinal)
        {
            ["rocksalt"] = () => new(FaceCentred(2, (1, 0, 0, 0), (-1, .5, .5, .5)), 1, 1.747565),
            ["caesium_chloride"] = () => new(Cubic(2 / Root3, (1, 0, 0, 0), (-1, .5, .5, .5)), 1, 1.762675),
            ["zincblende"] = () => new(FaceCentred(4 / Root3, (1, 0, 0, 0), (-1, .25, .25, .25)), 1, 1.638055),
            ["wurtzite"] = () => new(Wurtzite(), 2, 1.641322),
            ["fluorite"] = () => new(FaceCentred(4 / Root3, (2, 0, 0, 0), (-1, .25, .25, .25), (-1, .75, .75, .75)), 1, 5.038785),
            ["cuprite"] = () =>
                new(
                    Cubic(
                        4 / Root3,
                        (-2, 0, 0, 0),
                        (-2, .5, .5, .5),
                        (1, .25, .25, .25),
                        (1, .75, .75, .25),
                        (1, .75, .25, .75),
                        (1, .25, .75, .75)
                    ),
                    2,
                    4.442475
                ),
        };

    private static Crystal Cubic(double a, params ReadOnlySpan<(int Charge, double X, double Y, double Z)> ions) =>
        new(new(a, 0, 0), new(0, a, 0), new(0, 0, a), Ions(a, ions));

    private static Crystal FaceCentred(double a, params ReadOnlySpan<(int Charge, double X, double Y, double Z)> ions) =>
        new(new(0, a / 2, a / 2), new(a / 2, 0, a / 2), new(a / 2, a / 2, 0), Ions(a, ions));

    /// <summary>Ideal wurtzite: c/a = √(8/3), u = 3/8, so that all four distances are one.</summary>
    private static Crystal Wurtzite()
    {
        double a = 4 / Math.Sqrt(6),
            c = 8.0 / 3;
        Vector x = new(a, 0, 0),
            y = new(a / 2, a * Root3 / 2, 0),
            z = new(0, 0, c);
        var third = 1.0 / 3 * (x + y);
        return new(x, y, z, [new("+", default, 1), new("+", third + .5 * z, 1), new("-", .375 * z, -1), new("-", third + .875 * z, -1)]);
    }

    private static Ion[] Ions(double a, ReadOnlySpan<(int Charge, double X, double Y, double Z)> ions)
    {
        var result = new Ion[ions.Length];
        for (var i = 0; i < ions.Length; i++)
            result[i] = new(ions[i].Charge > 0 ? "+" : "-", a * new Vector(ions[i].X, ions[i].Y, ions[i].Z), ions[i].Charge);
        return result;
    }
}
