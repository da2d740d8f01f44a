namespace MatterStack.Engine.Identity;

/// <summary>Name of an attempt, also outside of MatterStack (environment, job name); sorts by the second it was intended in.</summary>
public readonly record struct AttemptId : IComparable<AttemptId>
{
    private AttemptId(string value) => Value = value;

    /// <summary><c>yyyyMMdd_HHmmss_xxxxxxxx</c>, UTC.</summary>
    public string Value { get; }

    /// <summary>Checks an id.</summary>
    public static bool TryParse(string? text, out AttemptId id)
    {
        var valid = StampedId.IsValid(text);
        id = valid ? new AttemptId(text!) : default;
        return valid;
    }

    /// <summary>An id that was checked before (from the run's own store).</summary>
    internal static AttemptId Trusted(string text) => new(text);

    /// <inheritdoc />
    public int CompareTo(AttemptId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
