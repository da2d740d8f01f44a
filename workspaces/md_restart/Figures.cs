using Common;

namespace MdRestart;

/// <summary>The figures of the run's report.</summary>
internal static class Figures
{
    private const int MostPoints = 200;

    public static void Write(FinishedRun whole, FinishedRun cooler)
    {
        var start = whole.Samples[0];
        FigureFile.Write(
            "energy.json",
            $"Energies of {whole.Result.Start.Atoms} atoms {whole.Result.Start.Element}",
            ("time", "ps"),
            ("energy above the lattice at rest", "meV/atom"),
            [
                Series("total", whole, sample => sample.Total - start.Potential),
                Series("kinetic", whole, sample => sample.Kinetic),
                Series("potential", whole, sample => sample.Potential - start.Potential),
            ]
        );

        // Both crystals start from the same lattice at rest.
        double atoms = whole.Result.Start.Atoms,
            most = Math.Ceiling(whole.Temperature / 10) * 10;
        FigureFile.Write(
            "heat.json",
            "Energy against temperature",
            ("temperature", "K"),
            ("energy above the lattice at rest", "meV/atom"),
            [
                new("3 k_B T (N - 1) / N", "lines", [(0, 0, null), (most, 3000 * Units.Boltzmann * most * (atoms - 1) / atoms, null)]),
                new(
                    "molecular dynamics",
                    "markers",
                    [
                        .. new[] { cooler, whole }.Select(run =>
                            (run.Temperature, 1000 * (run.Energy - run.Samples[0].Potential), (string?)run.Task)
                        ),
                    ]
                ),
            ]
        );
    }

    private static FigureSeries Series(string name, FinishedRun run, Func<Sample, double> energy)
    {
        var every = 1 + (run.Samples.Count - 1) / MostPoints;
        return new(
            name,
            "lines",
            [
                .. run
                    .Samples.Where((_, i) => i % every == 0)
                    .Select(sample => (sample.Step * run.Result.Start.TimeStep / 1000, 1000 * energy(sample), (string?)null)),
            ]
        );
    }
}
