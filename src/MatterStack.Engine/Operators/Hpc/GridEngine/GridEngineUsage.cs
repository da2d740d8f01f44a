using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Hpc.GridEngine;

/// <summary>Reads what a job used from its record of <c>qacct -j</c>, which is called with <c>TZ=UTC0</c>.</summary>
internal static class GridEngineUsage
{
    // 'Tue Dec  1 03:31:11 2026', '12/01/2026 03:31:11.123'.
    private static readonly string[] TimeFormats = ["ddd MMM d HH:mm:ss yyyy", "MM/dd/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm:ss.fff"];

    /// <summary>Reads a record.</summary>
    /// <param name="getField">Returns the text of a field; empty if the record has no such field.</param>
    /// <param name="parseNumber">Parses a number with its unit; null if it is none.</param>
    public static AttemptUsage Read(Func<string, string> getField, Func<string, double?> parseNumber)
    {
        var (submitted, started) = (ParseTime(getField("qsub_time")), ParseTime(getField("start_time")));
        if (started is null)
        {
            // Deleted in the queue.
            return new AttemptUsage { Source = UsageSource.Qacct };
        }

        var measured = Math.Max(
            parseNumber(getField("cpu")) ?? 0,
            (parseNumber(getField("ru_utime")) ?? 0) + (parseNumber(getField("ru_stime")) ?? 0)
        );
        var peak = FindPeakMemory(getField, parseNumber);
        return new AttemptUsage
        {
            StartedAt = started,
            QueueTime = started >= submitted ? started - submitted : null,
            WallTime = parseNumber(getField("ru_wallclock")) is { } wall ? TimeSpan.FromSeconds(wall) : null,
            // Where nothing was gathered, all figures are 0.
            CpuTime = measured > 0 || peak is not null ? TimeSpan.FromSeconds(measured) : null,
            PeakMemoryBytes = peak,
            Source = UsageSource.Qacct,
        };
    }

    // maxvmem is virtual memory, which tells nothing about what a job needs.
    private static long? FindPeakMemory(Func<string, string> getField, Func<string, double?> parseNumber)
    {
        if (parseNumber(getField("maxrss")) is > 0 and var resident)
        {
            return (long)resident;
        }

        // The operating system counts it in KiB. Son of Grid Engine prints the number as if it were in bytes: 301.684KB are 301.684 MiB.
        var text = getField("ru_maxrss");
        var isCounted = text.EndsWith('B') || (text.Length > 0 && char.IsAsciiDigit(text[^1]));
        return parseNumber(text) is > 0 and var largest ? (long)(isCounted ? largest * 1024 : largest) : null;
    }

    private static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            TimeFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces,
            out var time
        )
        && time.Year > 1970
            ? time
            : null;
}
