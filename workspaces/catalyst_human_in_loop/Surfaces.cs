using Common;

namespace CatalystHumanInLoop;

/// <summary>A clean surface.</summary>
/// <param name="Energy">Surface energy, J/m².</param>
/// <param name="Narrowing">How much narrower the band is at a surface atom than in the bulk: 1 - √(second moment there / in the
/// bulk).</param>
/// <param name="FirstSpacing">Change of the distance between the first two layers, percent.</param>
internal sealed record CleanSurface(double Energy, double Narrowing, double FirstSpacing);

/// <summary>What can be computed of a surface with the potential.</summary>
internal static class Surfaces
{
    /// <summary>1 eV/Å² in J/m², exact in the SI of 2019.</summary>
    public const double JoulePerSquareMetre = 16.02176634;

    /// <summary>Enough that the two faces do not feel each other: the potential reaches 1.66 a.</summary>
    private const int Layers = 12,
        LayersWithDefect = 8;

    /// <summary>Distances between a defect and its images, in nearest neighbours.</summary>
    private const int Repeats = 4;

    /// <summary>Largest force that counts as none, eV/Å.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>The clean surface, as cut from the crystal or relaxed.</summary>
    public static CleanSurface Clean(CleriRosato metal, string face, bool relaxed)
    {
        var a = LatticeConstant(metal);
        var slab = Slab.Build(metal, face, a, repeats: 1, Layers, Defect.None);
        var at = slab.Model.Coordinates();
        if (relaxed)
            at = Relax(slab.Model).At;

        var energy = slab.Model.Energy(at, []);
        var bulk = BulkSecondMoment(metal, a);
        int top = 3 * slab.TopAtom,
            below = top - 3 * slab.Model.Atoms / Layers;
        var spacing = (at[top + 2] - at[below + 2]) / (slab.Model.Places[slab.TopAtom].Z - slab.Model.Places[below / 3].Z);
        return new CleanSurface(
            (energy - slab.Model.Atoms * metal.EnergyPerAtom(a)) / (2 * slab.Area) * JoulePerSquareMetre,
            1 - Math.Sqrt(slab.Model.SecondMoments[slab.TopAtom] / bulk),
            100 * (spacing - 1)
        );
    }

    /// <summary>
    /// Energy to make a defect of the surface, eV: the atom of a vacancy goes to, that of an adatom comes from, the bulk (a kink
    /// of a step, which is the same).
    /// </summary>
    public static double DefectEnergy(CleriRosato metal, string face, Defect defect)
    {
        var a = LatticeConstant(metal);
        var small = Slab.Build(metal, face, a, repeats: 1, LayersWithDefect, Defect.None);
        var large = Slab.Build(metal, face, a, Repeats, LayersWithDefect, Defect.None);
        var clean = Relax(small.Model).Value / small.Model.Atoms * large.Model.Atoms;
        var defective = Relax(Slab.Build(metal, face, a, Repeats, LayersWithDefect, defect).Model);
        return defective.Value - clean + (defect == Defect.Vacancy ? 1 : -1) * metal.EnergyPerAtom(a);
    }

    /// <summary>Where the perfect crystal has its lowest energy, Å: the zero of the slope, by bisection.</summary>
    public static double LatticeConstant(CleriRosato metal)
    {
        double low = 0.95 * metal.A0,
            high = 1.05 * metal.A0;
        const double step = 1e-5;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (metal.EnergyPerAtom(middle + step) > metal.EnergyPerAtom(middle - step))
                high = middle;
            else
                low = middle;
        }
        return (low + high) / 2;
    }

    private static Minimum Relax(AtomicModel model) =>
        Minimiser.Minimise((at, gradient) => model.Energy(at, gradient), model.Coordinates(), Tolerance, longestStep: 0.1);

    private static double BulkSecondMoment(CleriRosato metal, double a)
    {
        double sum = 0;
        foreach (var neighbour in FccLattice.Neighbours(CleriRosato.Shells))
            sum += metal.Xi * metal.Xi * Math.Exp(-2 * metal.Q * (a * neighbour.Length * Math.Sqrt(2) / metal.A0 - 1));
        return sum;
    }
}
