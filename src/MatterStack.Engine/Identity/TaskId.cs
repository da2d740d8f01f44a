namespace MatterStack.Engine.Identity;

/// <summary>Name of a task in a campaign. It is also the name of a folder. Ids are compared byte by byte.</summary>
public readonly record struct TaskId : IComparable<TaskId>
{
    /// <summary>Allowed form of a task id, for messages.</summary>
    public const string Pattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

    private TaskId(string value) => Value = value;

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>Parses a name. White space around it is an error: it would be lost in a folder's name.</summary>
    public static bool TryParse(string? text, out TaskId id)
    {
        var valid =
            text is { Length: >= 1 and <= 128 }
            && char.IsAsciiLetterOrDigit(text[0])
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        id = valid ? new TaskId(text!) : default;
        return valid;
    }

    /// <summary>Allows <c>Id = "relax"</c> in a C# campaign.</summary>
    /// <exception cref="FormatException">The text is not a task id.</exception>
    public static implicit operator TaskId(string text) => FromString(text);

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">The text is not a task id.</exception>
    public static TaskId FromString(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' cannot be a task id ({Pattern})");

    /// <summary>Wraps text that was checked before, such as text from the run's own database.</summary>
    internal static TaskId FromTrusted(string text) => new(text);

    /// <inheritdoc />
    public int CompareTo(TaskId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
