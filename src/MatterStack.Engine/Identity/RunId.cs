namespace MatterStack.Engine.Identity;

/// <summary>Name of a run and of its folder; sorts by the second it was created in.</summary>
public readonly record struct RunId : IComparable<RunId>
{
    private RunId(string value) => Value = value;

    /// <summary><c>yyyyMMdd_HHmmss_xxxxxxxx</c>, UTC.</summary>
    public string Value { get; }

    /// <summary>A new id.</summary>
    public static RunId New(DateTimeOffset now) => new(StampedId.Format(now, StampedId.RandomTail()));

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
