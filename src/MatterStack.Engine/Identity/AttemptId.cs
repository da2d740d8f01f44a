namespace MatterStack.Engine.Identity;

/// <summary>Name of an attempt, also outside MatterStack (environment variable, job name). Ids sort by the second in which the attempt was
/// intended.</summary>
public readonly record struct AttemptId : IComparable<AttemptId>
{
    private AttemptId(string value) => Value = value;

    /// <summary><c>yyyyMMdd_HHmmss_xxxxxxxx</c>, UTC.</summary>
    public string Value { get; }

    /// <summary>Parses an id. Returns false if the text is not an attempt id.</summary>
    public static bool TryParse(string? text, out AttemptId id)
    {
        var valid = TimestampedId.IsValid(text);
        id = valid ? new AttemptId(text!) : default;
        return valid;
    }

    /// <summary>Wraps text that was checked before, such as text from the run's own database.</summary>
    internal static AttemptId FromTrusted(string text) => new(text);

    /// <inheritdoc />
    public int CompareTo(AttemptId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
