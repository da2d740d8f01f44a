using Common;

namespace CatalystHumanInLoop;

/// <summary>A surface to look at: <c>Pt-111</c>.</summary>
internal readonly record struct Candidate(string Metal, string Face)
{
    public static IReadOnlyList<string> Faces { get; } = ["111", "100"];

    public static Candidate Parse(string text) =>
        text.Split('-') is [{ Length: > 0 } metal, var face] && Faces.Contains(face)
            ? new(metal, face)
            : throw UserError.Usage($"'{text}' is not a surface like Pt-111; faces are {string.Join(" and ", Faces)}");

    public override string ToString() => $"{Metal}-{Face}";
}

/// <summary>What is done to the perfect upper surface.</summary>
internal enum Defect
{
    None,

    /// <summary>One atom of the top layer is missing.</summary>
    Vacancy,

    /// <summary>One atom sits where the next layer would have one.</summary>
    Adatom,
}

/// <summary>A metal between two vacua: so many layers of one face, periodic in the plane.</summary>
internal sealed class Slab
{
    private Slab(AtomicModel model, double area, int topAtom) => (Model, Area, TopAtom) = (model, area, topAtom);

    public AtomicModel Model { get; }

    /// <summary>Of one of its two faces, Å².</summary>
    public double Area { get; }

    /// <summary>An atom of the uppermost complete layer.</summary>
    public int TopAtom { get; }

    /// <param name="metal">What it is made of.</param>
    /// <param name="face"><c>111</c> or <c>100</c>.</param>
    /// <param name="a">Lattice constant, Å.</param>
    /// <param name="repeats">Nearest-neighbour distances along an edge of the periodic cell; even.</param>
    /// <param name="layers">Atomic layers.</param>
    /// <param name="defect">What is done to the upper surface.</param>
    public static Slab Build(CleriRosato metal, string face, double a, int repeats, int layers, Defect defect)
    {
        var nearest = a / Math.Sqrt(2);

        // Rectangular cells: one atom a layer for (100); two for (111), whose rows are √3/2 of the distance apart.
        var (height, spacing, basis, shift) =
            face == "100"
                ? (1.0, a / 2, new[] { default(Vector) }, new Vector(nearest / 2, nearest / 2, 0))
                : (
                    Math.Sqrt(3),
                    a / Math.Sqrt(3),
                    [default, new Vector(nearest / 2, nearest * Math.Sqrt(3) / 2, 0)],
                    new Vector(0, nearest / Math.Sqrt(3), 0)
                );
        int across = repeats,
            along = Math.Max(1, face == "100" ? repeats : repeats / 2);

        var places = new List<Vector>();
        for (var layer = 0; layer < layers; layer++)
        for (var i = 0; i < across; i++)
        for (var j = 0; j < along; j++)
            foreach (var atom in basis)
                places.Add(atom + new Vector(i * nearest, j * height * nearest, layer * spacing) + layer * shift);

        var top = places.Count - across * along * basis.Length;
        if (defect == Defect.Vacancy)
            places.RemoveAt(top);
        if (defect == Defect.Adatom)
            places.Add(new Vector(0, 0, layers * spacing) + layers * shift);

        Vector[] periods = [new(across * nearest, 0, 0), new(0, along * height * nearest, 0)];
        var model = AtomicModel.Build(Enumerable.Repeat(metal, places.Count).ToArray(), places, periods, a);
        return new Slab(model, periods[0].Length * periods[1].Length, top);
    }
}
