namespace MatterStack.Engine.Wiring;

/// <summary>Checked values of a group of fields. A value is a <see cref="string"/>, <see cref="long"/>, <see cref="decimal"/>, <see cref="TimeSpan"/>,
/// list of texts, mapping of texts, or another <see cref="Settings"/>; what was left out or null is absent.</summary>
internal sealed class Settings(IReadOnlyDictionary<string, object> values)
{
    public static Settings Empty { get; } = new(new Dictionary<string, object>());

    public IReadOnlyDictionary<string, object> Values { get; } = values;

    public string? Text(string name) => Values.GetValueOrDefault(name) as string;

    public int? Integer(string name) => Values.TryGetValue(name, out var value) ? (int)(long)value : null;

    public decimal? Number(string name) => Values.TryGetValue(name, out var value) ? (decimal)value : null;

    public TimeSpan? Duration(string name) => Values.TryGetValue(name, out var value) ? (TimeSpan)value : null;

    public IReadOnlyList<string> List(string name) => Values.GetValueOrDefault(name) as IReadOnlyList<string> ?? [];

    public IReadOnlyDictionary<string, string> Map(string name) =>
        Values.GetValueOrDefault(name) as IReadOnlyDictionary<string, string> ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    public Settings? Group(string name) => Values.GetValueOrDefault(name) as Settings;
}
