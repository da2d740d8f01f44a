using System.Globalization;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What an attempt used, as text for people. Items and machine-readable output carry plain numbers instead.</summary>
internal static class UsageText
{
    private const double KiB = 1024;

    /// <summary>Describes usage in one line, for example <c>ran 12 min 5 s on n3, 1 h 31 min of CPU, at most 2.4 GiB (largest process);
    /// waited 3 min 0 s in the queue</c>. A figure that is not known is left out, and the line says why.</summary>
    /// <param name="usage">The figures.</param>
    /// <param name="node">Nodes that the attempt ran on; null if they are not known.</param>
    public static string Describe(AttemptUsage usage, string? node)
    {
        var parts = new List<string>();
        var on = node is null ? "" : $" on {node}";
        if (usage.WallTime is { } wall)
        {
            parts.Add($"ran {FormatDuration(wall)}{on}");
        }
        else if (node is not null)
        {
            parts.Add($"ran{on}");
        }

        if (usage.CpuTime is { } cpu)
        {
            parts.Add($"{FormatDuration(cpu)} of CPU");
        }

        if (usage.PeakMemoryBytes is { } memory)
        {
            parts.Add($"at most {FormatMemory(memory)} (largest process)");
        }

        var known = string.Join(", ", parts);
        if (usage.QueueTime is { Ticks: > 0 } queue)
        {
            known += $"{(known.Length == 0 ? "" : "; ")}waited {FormatDuration(queue)} in the queue";
        }

        return (known, usage.Note) switch
        {
            ("", null) => "usage unknown",
            ("", { } why) => $"usage unknown ({why})",
            (_, null) => known,
            (_, { } why) => $"{known} (unknown: {why})",
        };
    }

    /// <summary>Formats a duration with its units: <c>0.02 s</c>, <c>48 s</c>, <c>12 min 5 s</c>, <c>1 h 31 min</c>,
    /// <c>2 d 3 h</c>.</summary>
    public static string FormatDuration(TimeSpan time)
    {
        var whole = TimeSpan.FromSeconds(Math.Round(time.TotalSeconds));
        return whole switch
        {
            { TotalSeconds: < 1 } when time.TotalSeconds is > 0 and < 0.01 => "less than 0.01 s",
            { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s"),
            { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{whole.TotalSeconds:0} s"),
            { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalMinutes} min {whole.Seconds} s"),
            { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalHours} h {whole.Minutes} min"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{(int)whole.TotalDays} d {whole.Hours} h"),
        };
    }

    /// <summary>Seconds of a duration for items and files, without an exponent; null if it is not known.</summary>
    public static decimal? ToSeconds(TimeSpan? time) => (decimal?)time?.TotalSeconds;

    /// <summary>Formats a size of memory in the unit of <c>MemoryGb</c> and its parts: <c>2.4 GiB</c>, <c>310 MiB</c>.</summary>
    public static string FormatMemory(long bytes) =>
        bytes switch
        {
            >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (KiB * KiB * KiB):0.##} GiB"),
            >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (KiB * KiB):0.#} MiB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / KiB:0.#} KiB"),
        };
}
