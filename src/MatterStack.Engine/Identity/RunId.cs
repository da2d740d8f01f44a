namespace MatterStack.Engine.Identity;

/// <summary>Name of a run and of its folder. Ids sort by the second in which the run was created.</summary>
public readonly record struct RunId : IComparable<RunId>
{
    private RunId(string value) => Value = value;

    /// <summary><c>yyyyMMdd_HHmmss_xxxxxxxx</c>, UTC.</summary>
    public string Value { get; }

    /// <summary>Creates an id that sorts after <paramref name="newest"/>, also within one second or after the clock stepped back, because
    /// the newest run is the current one.</summary>
    public static RunId Create(DateTimeOffset now, RunId? newest = null)
    {
        // The upper bit stays clear and steps are small, so that thousands of ids fit into a second.
        var fresh = new RunId(TimestampedId.Format(now, TimestampedId.CreateRandomTail() & 0x7fff_ffff));
        if (newest is not { } last || fresh.CompareTo(last) > 0)
        {
            return fresh;
        }

        var (second, tail) = TimestampedId.Parse(last.Value);
        var step = (TimestampedId.CreateRandomTail() & 0xf_ffff) + 1;
        return new(
            tail <= uint.MaxValue - step ? TimestampedId.Format(second, tail + step) : TimestampedId.Format(second.AddSeconds(1), step)
        );
    }

    /// <summary>Parses an id. Returns false if the text is not a run id.</summary>
    public static bool TryParse(string? text, out RunId id)
    {
        var valid = TimestampedId.IsValid(text);
        id = valid ? new RunId(text!) : default;
        return valid;
    }

    /// <summary>Wraps text that was checked before, such as text from the run's own database.</summary>
    internal static RunId FromTrusted(string text) => new(text);

    /// <inheritdoc />
    public int CompareTo(RunId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
