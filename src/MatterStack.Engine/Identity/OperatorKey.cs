using System.Buffers;

namespace MatterStack.Engine.Identity;

/// <summary>Routing token of a campaign: <c>kind.name</c>, lower case, e.g. <c>hpc.default</c>.</summary>
public readonly record struct OperatorKey : IComparable<OperatorKey>
{
    /// <summary>Allowed form of a key, for messages.</summary>
    public const string Pattern = "kind.name: lower case, letters, digits, '_' (and '.', '-' after the first dot), no '..'";

    private static readonly SearchValues<char> KindCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");
    private static readonly string[] LegacyWords = ["local", "hpc", "human", "experiment"];

    private OperatorKey(string value) => Value = value;

    /// <summary>Key of a task that names none.</summary>
    public static OperatorKey LocalDefault { get; } = new("local.default");

    /// <summary>The canonical text.</summary>
    public string Value { get; }

    /// <summary>The part before the first dot.</summary>
    public string Kind => Value[..Value.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The part after the first dot.</summary>
    public string Name => Value[(Value.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>Parses canonical text only, the form that <c>operators.yaml</c> requires.</summary>
    public static bool TryParseCanonical(string? text, out OperatorKey key)
    {
        var valid = text is not null && IsCanonical(text);
        key = valid ? new OperatorKey(text!) : default;
        return valid;
    }

    /// <summary>Parses the operator key of a task: trims it, converts it to lower case, and reads the legacy words <c>Local</c>,
    /// <c>HPC</c>, <c>Human</c>, <c>Experiment</c> as <c>*.default</c>.</summary>
    public static bool TryParseRouting(string? text, out OperatorKey key)
    {
        var folded = text?.Trim().ToLowerInvariant();
        if (folded is not null && LegacyWords.Contains(folded))
        {
            folded += ".default";
        }

        return TryParseCanonical(folded, out key);
    }

    /// <summary>Allows <c>OperatorKey = "hpc.default"</c> in a C# campaign.</summary>
    /// <exception cref="FormatException">The text is not an operator key.</exception>
    public static implicit operator OperatorKey(string text) => FromString(text);

    /// <summary>Parses the operator key of a task, as <see cref="TryParseRouting"/> does.</summary>
    /// <exception cref="FormatException">The text is not an operator key.</exception>
    public static OperatorKey FromString(string text) =>
        TryParseRouting(text, out var key) ? key : throw new FormatException($"'{text}' cannot be an operator key ({Pattern})");

    /// <summary>Wraps text that was checked before, such as text from the run's own database.</summary>
    internal static OperatorKey FromTrusted(string text) => new(text);

    // ^[a-z][a-z0-9_]*\.[a-z0-9][a-z0-9_.-]*$ and no "..", written out, because this runs once per task.
    private static bool IsCanonical(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || dot == text.Length - 1 || !char.IsAsciiLetterLower(text[0]) || text.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        var kind = text.AsSpan(1, dot - 1);
        var name = text.AsSpan(dot + 1);
        return !kind.ContainsAnyExcept(KindCharacters)
            && (char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]))
            && !name.ContainsAnyExcept(NameCharacters);
    }

    /// <inheritdoc />
    public int CompareTo(OperatorKey other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc />
    public override string ToString() => Value;
}
