namespace MatterStack.Engine.Runs.Usage;

/// <summary>Known values of one quantity: median, 95th percentile and maximum are values that were measured, by the nearest
/// rank.</summary>
internal sealed class UsageFigures
{
    private readonly List<double> _values = [];
    private bool _isSorted;

    /// <summary>Number of known values.</summary>
    public int Count => _values.Count;

    /// <summary>Sum; null if nothing is known.</summary>
    public double? Sum => Count == 0 ? null : _values.Sum();

    /// <summary>The value in the middle; null if nothing is known.</summary>
    public double? Median => FindPercentile(0.5);

    /// <summary>The value that 95 % do not exceed; null if nothing is known.</summary>
    public double? Percentile95 => FindPercentile(0.95);

    /// <summary>The largest value; null if nothing is known.</summary>
    public double? Max => FindPercentile(1);

    /// <summary>Adds a value; null is unknown and not counted.</summary>
    public void Add(double? value)
    {
        if (value is { } known)
        {
            _values.Add(known);
            _isSorted = false;
        }
    }

    private double? FindPercentile(double share)
    {
        if (Count == 0)
        {
            return null;
        }

        if (!_isSorted)
        {
            _values.Sort();
            _isSorted = true;
        }

        return _values[Math.Max(0, (int)Math.Ceiling(share * Count) - 1)];
    }
}
