using MathNet.Numerics.Distributions;

namespace CoatingsActiveLearning;

/// <summary>Two objectives, both to be small.</summary>
internal readonly record struct Objectives(double First, double Second)
{
    public bool Dominates(Objectives other) => First <= other.First && Second <= other.Second && this != other;
}

/// <summary>What an objective is expected to be.</summary>
internal readonly record struct Forecast(double Mean, double Deviation)
{
    /// <summary>Expected amount by which it falls below <paramref name="level"/>.</summary>
    public double Improvement(double level)
    {
        if (double.IsNegativeInfinity(level))
            return 0;
        if (Deviation < 1e-12)
            return Math.Max(0, level - Mean);
        var z = (level - Mean) / Deviation;
        return (level - Mean) * Normal.CDF(0, 1, z) + Deviation * Normal.PDF(0, 1, z);
    }
}

/// <summary>The points that no other one beats in both objectives, and the area that they dominate up to a reference point.</summary>
internal sealed class Front
{
    private readonly Objectives _reference;

    // By the first objective, upwards; the second one then falls.
    private readonly List<Objectives> _points;

    public Front(IEnumerable<Objectives> points, Objectives reference)
    {
        _reference = reference;
        var inside = points.Where(point => point.First < reference.First && point.Second < reference.Second).Distinct().ToList();
        _points = inside.Where(point => !inside.Exists(other => other.Dominates(point))).OrderBy(point => point.First).ToList();
    }

    public IReadOnlyList<Objectives> Points => _points;

    /// <summary>Area between the front and the reference point.</summary>
    public double Hypervolume =>
        Strips().Sum(strip => strip.From == double.NegativeInfinity ? 0 : (strip.To - strip.From) * (_reference.Second - strip.Level));

    /// <summary>
    /// Expected growth of the area by a point with independent forecasts of its objectives. What a point adds lies below the
    /// front in strips between neighbouring points, and the expectation over a strip is a product: of the gain in length, which is
    /// the difference of two expected improvements, and of the gain in height, which is another one.
    /// </summary>
    public double ExpectedImprovement(Forecast first, Forecast second) =>
        Strips().Sum(strip => (first.Improvement(strip.To) - first.Improvement(strip.From)) * second.Improvement(strip.Level));

    /// <summary>Strips of the first objective with the level that the second has to fall below there.</summary>
    private IEnumerable<(double From, double To, double Level)> Strips()
    {
        var (from, level) = (double.NegativeInfinity, _reference.Second);
        foreach (var point in _points)
        {
            yield return (from, point.First, level);
            (from, level) = (point.First, point.Second);
        }
        yield return (from, _reference.First, level);
    }
}
