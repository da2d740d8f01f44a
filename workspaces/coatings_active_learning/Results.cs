using Common;

namespace CoatingsActiveLearning;

/// <summary>What an <c>evaluate</c> task found.</summary>
internal sealed record AlloyResult(Composition Composition, AlloyProperties Properties)
{
    public Evaluated Evaluated => new(Composition, Properties.MixingEnergy, Properties.Distortion);

    public void Write() => JsonFile.Write(Common.Results.FileName, json =>
        {
            json.WriteString("composition", Composition.ToString());
            json.WriteNumber("mixing_energy_mev_per_atom", Properties.MixingEnergy);
            json.WriteNumber("distortion_pm", Properties.Distortion);
            json.WriteNumber("a_angstrom", Properties.LatticeConstant);
            json.WriteNumber("bulk_modulus_gpa", Properties.BulkModulus);
        });

    public static AlloyResult Read(string path) =>
        JsonFile.Read(path, root => new AlloyResult(
            Composition.Parse(JsonFile.Text(root, "composition", path), metals: 3),
            new AlloyProperties(
                JsonFile.Positive(root, "a_angstrom", path),
                JsonFile.Positive(root, "bulk_modulus_gpa", path),
                JsonFile.Number(root, "mixing_energy_mev_per_atom", path),
                JsonFile.Number(root, "distortion_pm", path)
            )
        ));
}

/// <summary>The front of all alloys computed, for a file and for people.</summary>
internal sealed class FrontReport
{
    private readonly IReadOnlyList<string> _metals;
    private readonly IReadOnlyList<AlloyResult> _all,
        _front;
    private readonly double _hypervolume;

    public FrontReport(IReadOnlyList<string> metals, IReadOnlyList<AlloyResult> all)
    {
        var front = Search.FrontOf(all.Select(alloy => alloy.Evaluated));
        (_metals, _all, _hypervolume) = (metals, all, front.Hypervolume);
        _front = all.Where(alloy => front.Points.Contains(alloy.Evaluated.Objectives))
            .OrderBy(alloy => alloy.Properties.MixingEnergy)
            .ToList();
    }

    /// <summary>Area that the front dominates, meV pm.</summary>
    public double Hypervolume => _hypervolume;

    /// <summary>The most distorted alloy that has no tendency to fall apart.</summary>
    private AlloyResult? Pick => _front.LastOrDefault(alloy => alloy.Properties.MixingEnergy <= 0);

    public void Write()
    {
        JsonFile.Write("front.json", json =>
        {
            WriteSummary(json);
            json.WriteStartArray("front");
            foreach (var alloy in _front)
            {
                json.WriteStartObject();
                json.WriteString("composition", alloy.Composition.ToString());
                json.WriteNumber("mixing_energy_mev_per_atom", alloy.Properties.MixingEnergy);
                json.WriteNumber("distortion_pm", alloy.Properties.Distortion);
                json.WriteNumber("a_angstrom", alloy.Properties.LatticeConstant);
                json.WriteNumber("bulk_modulus_gpa", alloy.Properties.BulkModulus);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        JsonFile.Write(Common.Results.FileName, WriteSummary);
    }

    /// <summary>Writes the figure of the front.</summary>
    public void DrawFront() =>
        FigureFile.Write(
            "pareto.json",
            $"Alloys of {string.Join(", ", _metals)}",
            ("mixing energy", "meV/atom"),
            ("distortion", "pm"),
            [
                new FigureSeries("on the front", "lines+markers", [.. _front.Select(Point)]),
                new FigureSeries("beaten in both", "markers", [.. _all.Except(_front).Select(Point)]),
            ]
        );

    /// <summary>Writes the figures of how the search converged.</summary>
    /// <param name="areas">Dominated area after each round, meV pm.</param>
    /// <param name="promises">Expected growth of it before each further round, as a share of it.</param>
    public static void DrawRounds(IReadOnlyList<double> areas, IReadOnlyList<double> promises)
    {
        FigureFile.Write(
            "area.json",
            "Dominated area",
            ("round", null),
            ("area", "meV pm"),
            [new FigureSeries("after the round", "lines+markers", Rounds(areas))]
        );
        FigureFile.Write(
            "promise.json",
            "What the best alloy left promises",
            ("round", null),
            ("expected growth of the area", "1"),
            [
                new FigureSeries("after the round", "lines+markers", Rounds(promises)),
                new FigureSeries("enough", "lines", [.. Rounds(promises).Select(point => (point.X, Search.Enough, (string?)null))]),
            ],
            logarithmic: true
        );
    }

    public void Print(TextWriter output)
    {
        output.WriteLine(
            $"{_all.Count} alloys of {string.Join(", ", _metals)}, {_front.Count} of them on the front, "
                + $"which dominates {_hypervolume:0.00} meV pm"
        );
        output.WriteLine("composition/16  mixing/meV  distortion/pm     a/Å  B/GPa");
        foreach (var alloy in _front)
            output.WriteLine(
                $"{alloy.Composition, 14} {alloy.Properties.MixingEnergy, 11:0.00} {alloy.Properties.Distortion, 14:0.000} "
                    + $"{alloy.Properties.LatticeConstant, 7:0.0000} {alloy.Properties.BulkModulus, 6:0.0}"
            );
        if (Pick is { } pick)
            output.WriteLine($"the most distorted one that does not tend to fall apart: {pick.Composition}");
    }

    /// <summary>What a coarser grid dominates, one whose shares are multiples of <paramref name="step"/> sixteenths.</summary>
    public (int Alloys, double Hypervolume) Coarse(int step)
    {
        var coarse = _all.Where(alloy => alloy.Composition.Sixteenths.All(share => share % step == 0))
            .Select(alloy => alloy.Evaluated)
            .ToList();
        return (coarse.Count, Search.FrontOf(coarse).Hypervolume);
    }

    /// <summary>What so many alloys would dominate that are drawn by chance: mean of a thousand draws, and the share of them that come to
    /// the given area.</summary>
    public (double Mean, double Share) ByChance(int alloys, double hypervolume)
    {
        const int draws = 1000;
        var random = new SeededRandom(1);
        var order = _all.Select(alloy => alloy.Evaluated).ToArray();
        double sum = 0,
            reached = 0;
        for (var i = 0; i < draws; i++)
        {
            random.Shuffle(order);
            var drawn = Search.FrontOf(order.Take(alloys)).Hypervolume;
            sum += drawn / draws;
            reached += drawn >= hypervolume ? 1.0 / draws : 0;
        }
        return (sum, reached);
    }

    private (double X, double Y, string? Text) Point(AlloyResult alloy) =>
        (alloy.Properties.MixingEnergy, alloy.Properties.Distortion, $"{string.Join(',', _metals)} = {alloy.Composition}");

    private static List<(double X, double Y, string? Text)> Rounds(IReadOnlyList<double> values) =>
        [.. values.Select((value, round) => (round + 1.0, value, (string?)null))];

    private void WriteSummary(System.Text.Json.Utf8JsonWriter json)
    {
        json.WriteNumber("evaluations", _all.Count);
        json.WriteNumber("front_size", _front.Count);
        json.WriteNumber("hypervolume_mev_pm", _hypervolume);
        if (Pick is { } pick)
            json.WriteString("pick", pick.Composition.ToString());
    }
}
