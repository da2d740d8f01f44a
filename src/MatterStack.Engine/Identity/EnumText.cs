namespace MatterStack.Engine.Identity;

/// <summary>Text forms of the values of an enum, one table for both directions.</summary>
internal sealed class EnumText<T>
    where T : struct, Enum
{
    private readonly string _subject;
    private readonly Dictionary<T, string> _texts;
    private readonly Dictionary<string, T> _values;

    /// <param name="subject">Owner of such a value, for messages: "a state of a run".</param>
    /// <param name="rows">The table; values without a row have no text.</param>
    public EnumText(string subject, params ReadOnlySpan<(T Value, string Text)> rows)
    {
        _subject = subject;
        _texts = new(rows.Length);
        _values = new(rows.Length, StringComparer.Ordinal);
        foreach (var (value, text) in rows)
        {
            _texts.Add(value, text);
            _values.Add(text, value);
        }
    }

    public string GetText(T value) =>
        _texts.TryGetValue(value, out var text)
            ? text
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"no text for {_subject}");

    /// <summary>Finds a value by its text. Returns null if the table has no such text.</summary>
    public T? FindValue(string text) => _values.TryGetValue(text, out var value) ? value : null;

    /// <summary>Reads a recorded text, which a later version may have written.</summary>
    public RecordedKind<T> Read(string text) => new(text, FindValue(text));

    /// <summary>Finds a value by its text. Throws <see cref="FormatException"/> if the table has no such text.</summary>
    public T Parse(string text) => FindValue(text) ?? throw new FormatException($"'{text}' is not {_subject}");
}
