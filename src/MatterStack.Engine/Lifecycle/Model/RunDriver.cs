using System.Globalization;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What keeps a run moving when nobody is logged in.</summary>
/// <param name="Kind">Name of the kind of driver.</param>
/// <param name="Machine">Name of the machine that has its entry.</param>
/// <param name="EverySeconds">Seconds between two ticks while work is under way.</param>
/// <param name="Details">Place of the entry and of the script.</param>
internal sealed record RunDriver(string Kind, string Machine, long EverySeconds, string? Details)
{
    private const string KindName = "kind";
    private const string MachineName = "machine";
    private const string EveryName = "every_seconds";
    private const string DetailsName = "details";

    /// <summary>Identity of the driver, as its script knows it.</summary>
    public string Identity => $"{Kind}@{Machine}";

    /// <summary>The driver as arguments of a request.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToArguments() =>
        [
            new(KindName, Kind),
            new(MachineName, Machine),
            new(EveryName, EverySeconds.ToString(CultureInfo.InvariantCulture)),
            new(DetailsName, Details ?? ""),
        ];

    /// <summary>Reads the arguments of a request. Returns null if they describe no driver: then the run is to have none.</summary>
    public static RunDriver? FromArguments(IReadOnlyList<KeyValuePair<string, string>> arguments)
    {
        var values = arguments.ToDictionary(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal);
        return
            values.GetValueOrDefault(KindName) is { Length: > 0 } kind
            && values.GetValueOrDefault(MachineName) is { Length: > 0 } machine
            && long.TryParse(values.GetValueOrDefault(EveryName), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? new RunDriver(kind, machine, seconds, values.GetValueOrDefault(DetailsName))
            : null;
    }
}
