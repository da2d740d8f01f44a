namespace CoatingsActiveLearning;

/// <summary>An alloy that has been computed.</summary>
/// <param name="Composition">Sixteenths of the metals.</param>
/// <param name="MixingEnergy">meV per atom.</param>
/// <param name="Distortion">pm.</param>
internal sealed record Evaluated(Composition Composition, double MixingEnergy, double Distortion)
{
    /// <summary>Both to be small: the tendency to fall apart, and the distortion with its sign turned round.</summary>
    public Objectives Objectives => new(MixingEnergy, -Distortion);
}

/// <summary>What to compute next.</summary>
/// <param name="Compositions">In the order of their promise; empty if nothing promises enough.</param>
/// <param name="BestImprovement">Expected growth of the dominated area by the first one, as a share of the area.</param>
internal sealed record Proposal(IReadOnlyList<Composition> Compositions, double BestImprovement);

/// <summary>Which alloys to compute: Bayesian optimisation of two objectives over the compositions of three metals.</summary>
internal static class Search
{
    /// <summary>Worse than any alloy is expected to be: 80 meV per atom and no distortion.</summary>
    public static Objectives Reference { get; } = new(80, 0);

    /// <summary>Alloys of a round: what a small machine computes at once without growing stale.</summary>
    public const int Batch = 4;

    /// <summary>Where the best alloy left promises less than this share of the dominated area, the search ends.</summary>
    public const double Enough = 0.001;

    /// <summary>Metals, their pairs and the middle.</summary>
    public static IReadOnlyList<Composition> Beginning { get; } =
    [
        .. new int[][] { [16, 0, 0], [0, 16, 0], [0, 0, 16], [8, 8, 0], [8, 0, 8], [0, 8, 8], [6, 5, 5] }.Select(shares => new Composition(
            shares
        )),
    ];

    public static Front FrontOf(IEnumerable<Evaluated> evaluated) => new(evaluated.Select(alloy => alloy.Objectives), Reference);

    /// <summary>The next round. Deterministic: no random number is drawn.</summary>
    public static Proposal Propose(IReadOnlyList<Evaluated> evaluated)
    {
        var known = evaluated.ToList();
        var at = known.Select(alloy => Coordinates(alloy.Composition)).ToArray();
        var mixing = GaussianProcess.Fit(at, known.Select(alloy => alloy.MixingEnergy).ToArray());
        var distortion = GaussianProcess.Fit(at, known.Select(alloy => alloy.Distortion).ToArray());
        var left = Composition
            .AllOfThree()
            .Where(composition => !known.Exists(alloy => alloy.Composition.ToString() == composition.ToString()))
            .ToList();

        var area = FrontOf(known).Hypervolume;
        var chosen = new List<Composition>();
        double best = 0;
        while (chosen.Count < Batch && left.Count > 0)
        {
            var front = FrontOf(known);
            var (composition, improvement) = left.Select(candidate => (candidate, Promise(candidate, front, mixing, distortion)))
                .MaxBy(pair => pair.Item2);
            if (chosen.Count == 0)
                best = improvement / area;
            if (improvement < Enough * area)
                break;

            // The next one of the round is chosen as if this one had come out as expected ("kriging believer").
            var place = Coordinates(composition);
            known.Add(new Evaluated(composition, mixing.Predict(place).Mean, distortion.Predict(place).Mean));
            mixing = mixing.With(place, known.Select(alloy => alloy.MixingEnergy).ToArray());
            distortion = distortion.With(place, known.Select(alloy => alloy.Distortion).ToArray());
            chosen.Add(composition);
            left.Remove(composition);
        }
        return new Proposal(chosen, best);
    }

    private static double Promise(Composition composition, Front front, GaussianProcess mixing, GaussianProcess distortion)
    {
        var place = Coordinates(composition);
        var (energy, deviation) = mixing.Predict(place);
        var (distance, spread) = distortion.Predict(place);
        return front.ExpectedImprovement(new(energy, deviation), new(-distance, spread));
    }

    private static double[] Coordinates(Composition composition) =>
        [.. composition.Sixteenths.Select(share => (double)share / Composition.Whole)];
}
