namespace MatterStack.Engine.Wiring;

/// <summary>Checked values of a group of fields. A value is a <see cref="string"/>, <see cref="long"/>, <see cref="decimal"/>, <see cref="TimeSpan"/>,
/// list of texts, mapping of texts, or another <see cref="Settings"/>; what was left out or null is absent.</summary>
public sealed class Settings
{
    internal Settings(IReadOnlyDictionary<string, object> values) => Values = values;

    /// <summary>Nothing.</summary>
    public static Settings Empty { get; } = new(new Dictionary<string, object>());

    /// <summary>All that was written, by name.</summary>
    public IReadOnlyDictionary<string, object> Values { get; }

    /// <summary>A text, path or word; null if it was left out.</summary>
    public string? Text(string name) => Values.GetValueOrDefault(name) as string;

    /// <summary>A whole number; null if it was left out.</summary>
    public int? Integer(string name) => Values.TryGetValue(name, out var value) ? (int)(long)value : null;

    /// <summary>A number; null if it was left out.</summary>
    public decimal? Number(string name) => Values.TryGetValue(name, out var value) ? (decimal)value : null;

    /// <summary>A span of time; null if it was left out.</summary>
    public TimeSpan? Duration(string name) => Values.TryGetValue(name, out var value) ? (TimeSpan)value : null;

    /// <summary>A list of texts; empty if it was left out.</summary>
    public IReadOnlyList<string> List(string name) => Values.GetValueOrDefault(name) as IReadOnlyList<string> ?? [];

    /// <summary>Names and texts; empty if it was left out.</summary>
    public IReadOnlyDictionary<string, string> Map(string name) =>
        Values.GetValueOrDefault(name) as IReadOnlyDictionary<string, string> ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Keys below a key; null if it was left out.</summary>
    public Settings? Group(string name) => Values.GetValueOrDefault(name) as Settings;
}
