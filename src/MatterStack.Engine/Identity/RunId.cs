namespace MatterStack.Engine.Identity;

/// <summary>Name of a run and of its folder; sorts by the second it was created in.</summary>
public readonly record struct RunId : IComparable<RunId>
{
    private RunId(string value) => Value = value;

    /// <summary><c>yyyyMMdd_HHmmss_xxxxxxxx</c>, UTC.</summary>
    public string Value { get; }

    /// <summary>A new id that sorts after the newest one there is, also within its second and when the clock was set back: the newest run is the current one.</summary>
    public static RunId New(DateTimeOffset now, RunId? newest = null)
    {
        // The upper bit stays clear: counting on from it cannot wrap.
        var id = new RunId(StampedId.Format(now, StampedId.RandomTail() & 0x7fff_ffff));
        return newest is { } last && id.CompareTo(last) <= 0 ? new RunId(StampedId.After(last.Value)) : id;
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
