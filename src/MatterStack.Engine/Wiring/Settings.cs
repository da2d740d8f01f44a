namespace MatterStack.Engine.Wiring;

/// <summary>Checked values of a group of fields. A value is a <see cref="string"/>, <see cref="long"/>, <see cref="decimal"/>,
/// <see cref="bool"/>, <see cref="TimeSpan"/>, list of texts, mapping of texts or integers, another <see cref="Settings"/>, or a list of
/// <see cref="Settings"/>. Omitted and null values are absent.</summary>
public sealed class Settings
{
    internal Settings(IReadOnlyDictionary<string, object> values) => Values = values;

    /// <summary>Settings without values.</summary>
    public static Settings Empty { get; } = new(new Dictionary<string, object>());

    /// <summary>All given values, by name.</summary>
    public IReadOnlyDictionary<string, object> Values { get; }

    /// <summary>Returns a text, path or word; null if it is absent.</summary>
    public string? GetText(string name) => Values.GetValueOrDefault(name) as string;

    /// <summary>Returns an integer; null if it is absent.</summary>
    public int? GetInteger(string name) => Values.TryGetValue(name, out var value) ? (int)(long)value : null;

    /// <summary>Returns a number; null if it is absent.</summary>
    public decimal? GetNumber(string name) => Values.TryGetValue(name, out var value) ? (decimal)value : null;

    /// <summary>Returns a time span; null if it is absent.</summary>
    public TimeSpan? GetDuration(string name) => Values.TryGetValue(name, out var value) ? (TimeSpan)value : null;

    /// <summary>Returns a list of texts; empty if it is absent.</summary>
    public IReadOnlyList<string> GetList(string name) => Values.GetValueOrDefault(name) as IReadOnlyList<string> ?? [];

    /// <summary>Returns a mapping of names to texts; empty if it is absent.</summary>
    public IReadOnlyDictionary<string, string> GetMap(string name) =>
        Values.GetValueOrDefault(name) as IReadOnlyDictionary<string, string>
        ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Returns a boolean; null if it is absent.</summary>
    public bool? GetBoolean(string name) => Values.TryGetValue(name, out var value) ? (bool)value : null;

    /// <summary>Returns a mapping of names to integers; empty if it is absent.</summary>
    public IReadOnlyDictionary<string, long> GetIntegerMap(string name) =>
        Values.GetValueOrDefault(name) as IReadOnlyDictionary<string, long>
        ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, long>.Empty;

    /// <summary>Returns the names of devices; null if they are absent.</summary>
    public IReadOnlyList<string>? GetDevices(string name) => Values.GetValueOrDefault(name) as IReadOnlyList<string>;

    /// <summary>Returns the settings of a group, or of a mapping of names to groups; null if it is absent.</summary>
    public Settings? GetGroup(string name) => Values.GetValueOrDefault(name) as Settings;

    /// <summary>Returns a list of groups; empty if it is absent.</summary>
    public IReadOnlyList<Settings> GetGroupList(string name) => Values.GetValueOrDefault(name) as IReadOnlyList<Settings> ?? [];
}
