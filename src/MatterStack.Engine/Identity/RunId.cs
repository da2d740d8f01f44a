namespace MatterStack.Engine.Identity;

/// <summary>Name of a run and of its folder; sorts by the second it was created in.</summary>
public readonly record struct RunId : IComparable<RunId>
{
    private RunId(string value) => Value = value;

    /// <summary><c>yyyyMMdd_HHmmss_xxxxxxxx</c>, UTC.</summary>
    public string Value { get; }

    /// <summary>A new id that sorts after the newest there is, also within a second and after a clock that stepped back: the newest run is the current one.</summary>
    public static RunId New(DateTimeOffset now, RunId? newest = null)
    {
        // The upper bit stays clear, and steps are small: a second has room for thousands.
        var fresh = new RunId(StampedId.Format(now, StampedId.RandomTail() & 0x7fff_ffff));
        if (newest is not { } last || fresh.CompareTo(last) > 0)
        {
            return fresh;
        }

        var (second, tail) = StampedId.Parse(last.Value);
        var step = (StampedId.RandomTail() & 0xf_ffff) + 1;
        return new(tail <= uint.MaxValue - step ? StampedId.Format(second, tail + step) : StampedId.Format(second.AddSeconds(1), step));
    }

    /// <summary>Checks an id.</summary>
    public static bool TryParse(string? text, out RunId id)
    {
        var valid = StampedId.IsValid(text);
        id = valid ? new RunId(text!) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(RunId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
