using System.Globalization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>Derives the metadata worth writing from what the attempts of a group used.</summary>
/// <remarks>
/// An amount is the 95th percentile of completed attempts and a quarter more, but at least a tenth more than their maximum, and a quarter
/// more than what was too little. It is rounded up to a step that people write. An asked amount stays if it is sufficient and at most half
/// as much again.
/// </remarks>
internal static class UsageAdvisor
{
    /// <summary>Completed attempts that a suggestion needs.</summary>
    public const int MinAttempts = 3;

    private const double Margin = 1.25;
    private const double MarginOfMax = 1.1;

    // An asked amount up to this much above the suggestion stays.
    private const double Tolerance = 1.5;

    // An attempt that used almost all that it asked for has no room.
    private const double Room = 1.02;
    private const double BytesPerGib = 1L << 30;

    // Start and end of a shorter attempt are a large part of its time.
    private const double MinSecondsForCores = 1;

    // Largest amount, and the step up to it.
    private static readonly (double UpTo, double Step)[] GibSteps = [(1, 0.1), (4, 0.5), (16, 1), (64, 4), (double.MaxValue, 8)];
    private static readonly (double UpTo, double Step)[] MinuteSteps = [(10, 1), (60, 5), (240, 15), (double.MaxValue, 60)];

    /// <summary>Derives the metadata for a group.</summary>
    public static UsageSuggestion SuggestMetadata(GroupUsage usage)
    {
        if (usage.Completed < MinAttempts)
        {
            return new(
                [],
                usage.Ended == 0 ? [] : [$"{CountText.FormatCount(usage.Completed, "completed attempt")}: a suggestion needs {MinAttempts}"]
            );
        }

        var metadata = new List<(string, string)>();
        var silences = new List<string>();
        if (SuggestCores(usage) is { } cores)
        {
            metadata.Add(("Cores", cores.ToString(CultureInfo.InvariantCulture)));
        }

        if (usage.IsLargestProcess)
        {
            silences.Add("memory: known is that of the largest process, not that of a node");
        }
        else if (
            SuggestAmount(usage.PeakMemory, usage.AskedMemory, usage.TooLittleMemory, BytesPerGib, GibSteps, "memory", silences) is
            { } memory
        )
        {
            metadata.Add(("MemoryGb", Format(memory)));
        }

        if (SuggestAmount(usage.WallTime, usage.AskedTime, usage.TooLittleTime, 60, MinuteSteps, "time", silences) is { } minutes)
        {
            metadata.Add(("TimeLimitMinutes", Format(minutes)));
        }

        return new(metadata, silences);
    }

    /// <summary>Rounds an amount up to a step that people write.</summary>
    public static double RoundUp(double amount, IReadOnlyList<(double UpTo, double Step)> steps)
    {
        var step = steps.First(s => amount <= s.UpTo).Step;
        // The rest of a division by 0.1 is not exact.
        return Math.Round(Math.Max(1, Math.Ceiling(amount / step - 1e-9)) * step, 6);
    }

    private static double? SuggestAmount(
        UsageFigures used,
        AskedAmount asked,
        double? tooLittle,
        double unit,
        (double UpTo, double Step)[] steps,
        string what,
        List<string> silences
    )
    {
        if (used.Count < MinAttempts)
        {
            silences.Add($"{what}: known of {CountText.FormatCount(used.Count, "completed attempt")}, a suggestion needs {MinAttempts}");
            return null;
        }

        var needed = Math.Max(used.Percentile95!.Value * Margin, Math.Max(used.Max!.Value * MarginOfMax, (tooLittle ?? 0) * Margin));
        var suggested = RoundUp(needed / unit, steps);
        var isStated = asked is { Min: not null, Unstated: 0 };
        var isEnough = isStated && asked.Min >= Math.Max(used.Max.Value * Room, (tooLittle ?? 0) * Room);
        var isClose = isEnough && asked.Max <= suggested * unit * Tolerance;
        return isClose || (isStated && asked.Min == suggested * unit && asked.Max == asked.Min) ? null : suggested;
    }

    // Only where one process ran on one node: ranks are a property of the calculation.
    private static int? SuggestCores(GroupUsage usage)
    {
        if (
            usage.IsLargestProcess
            || usage.AskedCores is not { Min: >= 2 and { } asked }
            || usage.BusyCores.Count < MinAttempts
            || usage.WallTime.Median < MinSecondsForCores
        )
        {
            return null;
        }

        var needed = Math.Max(1, (int)Math.Ceiling(usage.BusyCores.Max!.Value - 0.05));
        return needed * 2 <= asked ? needed : null;
    }

    private static string Format(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
