using Common;

namespace MdRestart;

/// <summary>A trajectory that another task has computed.</summary>
internal sealed record FinishedRun(string Task, RunResult Result, IReadOnlyList<Sample> Samples)
{
    public static FinishedRun Read(string task)
    {
        var folder = Path.Combine("deps", task);
        return new(
            task,
            RunResult.Read(Path.Combine(folder, Common.Results.FileName)),
            Trajectory.Read(Path.Combine(folder, Trajectory.FileName))
        );
    }

    /// <summary>Rows after the first fifth, in which kinetic energy becomes potential energy.</summary>
    public IReadOnlyList<Sample> Equilibrated => [.. Samples.Where(sample => sample.Step >= Result.Steps / 5)];

    /// <summary>
    /// Mean temperature in equilibrium, K. The crystal as a whole does not move: of 3 N coordinates, 3 (N - 1) have kinetic energy.
    /// </summary>
    public double Temperature =>
        2 * Equilibrated.Average(sample => sample.MeanKinetic) * Result.Start.Atoms / (3.0 * (Result.Start.Atoms - 1)) / Units.Boltzmann;

    /// <summary>Mean total energy in equilibrium, eV per atom.</summary>
    public double Energy => Equilibrated.Average(sample => sample.Total);

    /// <summary>Slope of the total energy in equilibrium, eV per atom and step, by least squares.</summary>
    public double Drift
    {
        get
        {
            // Measured from the first row: the numbers then have all their digits for the differences.
            var t = Equilibrated.Select(sample => (double)sample.Step / Result.Steps).ToArray();
            var energies = Equilibrated.Select(sample => sample.Total - Samples[0].Total).ToArray();
            return LeastSquares.Polynomial(t, energies, degree: 1) is [_, var slope]
                ? slope / Result.Steps
                : throw UserError.Invalid($"{Task} has too few rows for a drift");
        }
    }

    /// <summary>What is different in another run of the same trajectory that may end earlier; null if not a bit is.</summary>
    public string? DifferenceTo(FinishedRun other)
    {
        if (other.Result.Start != Result.Start)
            return $"{other.Task} is another trajectory than {Task}: {other.Result.Start}, not {Result.Start}";
        if (other.Samples.Count > Samples.Count)
            return $"{other.Task} is longer than {Task}";
        for (var i = 0; i < other.Samples.Count; i++)
            if (!IsSame(Samples[i], other.Samples[i]))
                return $"{other.Task} differs from {Task} at step {Samples[i].Step}: {other.Samples[i]} instead of {Samples[i]}";
        return null;
    }

    private static bool IsSame(Sample one, Sample other) =>
        one.Step == other.Step
        && one.State == other.State
        && BitConverter.DoubleToInt64Bits(one.Potential) == BitConverter.DoubleToInt64Bits(other.Potential)
        && BitConverter.DoubleToInt64Bits(one.Kinetic) == BitConverter.DoubleToInt64Bits(other.Kinetic)
        && BitConverter.DoubleToInt64Bits(one.MeanKinetic) == BitConverter.DoubleToInt64Bits(other.MeanKinetic);
}
