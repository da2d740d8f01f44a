using System.Globalization;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>Amounts of resources for people.</summary>
internal static class AmountText
{
    /// <summary>What stands for a value that is not known.</summary>
    public const string Unknown = "unknown";

    /// <summary>Formats a time: <c>12.5 s</c>, <c>14.2 min</c>, <c>3.5 h</c>.</summary>
    public static string FormatSeconds(double? seconds) =>
        seconds switch
        {
            null => Unknown,
            < 120 => Format(seconds.Value, "s"),
            < 7200 => Format(seconds.Value / 60, "min"),
            _ => Format(seconds.Value / 3600, "h"),
        };

    /// <summary>Formats an amount of memory in units of 1024: <c>512 MiB</c>, <c>2.4 GiB</c>.</summary>
    public static string FormatBytes(double? bytes) =>
        bytes switch
        {
            null => Unknown,
            < 1024 => Format(bytes.Value, "bytes"),
            < 1 << 20 => Format(bytes.Value / 1024, "KiB"),
            < 1 << 30 => Format(bytes.Value / (1 << 20), "MiB"),
            _ => Format(bytes.Value / (1 << 30), "GiB"),
        };

    /// <summary>Formats a number with at most two digits after the point, fewer for a larger number.</summary>
    public static string FormatNumber(double? number) =>
        number switch
        {
            null => Unknown,
            < 10 => number.Value.ToString("0.##", CultureInfo.InvariantCulture),
            < 1000 => number.Value.ToString("0.#", CultureInfo.InvariantCulture),
            _ => number.Value.ToString("0", CultureInfo.InvariantCulture),
        };

    private static string Format(double value, string unit) => $"{FormatNumber(value)} {unit}";
}
