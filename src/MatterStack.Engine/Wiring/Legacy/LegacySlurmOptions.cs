using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Wiring.Legacy;

/// <summary>Translates Slurm's own option names in legacy files into keys of <c>operators.yaml</c>.</summary>
internal static partial class LegacySlurmOptions
{
    public static MapEntry TranslateEntry(MapEntry entry)
    {
        var name = entry.Key.Text.Replace('-', '_') switch
        {
            "cpus_per_task" => "cores",
            "time_limit" or "walltime" => "time",
            "mem" => "memory_gb",
            _ => entry.Key.Text,
        };
        return new MapEntry(entry.Key with { Text = name }, name == "memory_gb" ? ConvertToGigabytes(entry.Value) : entry.Value);
    }

    // The form of --mem: megabytes unless a unit follows.
    private static YamlNode ConvertToGigabytes(YamlNode value)
    {
        if (
            value is not ScalarNode scalar
            || MemoryRegex().Match(scalar.Text) is not { Success: true } match
            || !decimal.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > 1_000_000_000
        )
        {
            return value;
        }

        var gigabytes = match.Groups["unit"].Value.ToUpperInvariant() switch
        {
            "K" => number / (1024 * 1024),
            "G" => number,
            "T" => number * 1024,
            _ => number / 1024,
        };
        var text = gigabytes.ToString("0.######", CultureInfo.InvariantCulture);
        return scalar with { Text = text, Kind = ScalarKinds.ClassifyPlain(text) };
    }

    [GeneratedRegex("^(?<number>[0-9]+([.][0-9]+)?)(?<unit>[KMGTkmgt]?)[bB]?$")]
    private static partial Regex MemoryRegex();
}
