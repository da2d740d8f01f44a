using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>Usage of a group of tasks for people: what was asked for and what was used, side by side.</summary>
internal static class UsageLines
{
    /// <summary>Describes a group, one line each.</summary>
    public static IEnumerable<string> DescribeGroup(GroupUsage usage)
    {
        yield return $"{usage.Group.Name} on {usage.Group.Key}: {DescribeCounts(usage)}";
        if (usage.Ended > 0)
        {
            foreach (var line in DescribeAmounts(usage))
            {
                yield return "  " + line;
            }
        }

        if (UsageColumns.FormatCounts(usage.Notes) is { } notes)
        {
            yield return $"  unknown  {notes}";
        }

        var suggestion = UsageAdvisor.SuggestMetadata(usage);
        if (suggestion.Text is { } text)
        {
            yield return $"  write    {text}";
        }

        foreach (var silence in suggestion.Silences)
        {
            yield return $"  no suggestion: {silence}";
        }
    }

    private static IEnumerable<string> DescribeAmounts(GroupUsage usage)
    {
        yield return Format(
            "cores",
            FormatAsked(usage.AskedCores, AmountText.FormatNumber)
                + (usage.IsLargestProcess ? $" for each of {FormatAsked(usage.AskedRanks, AmountText.FormatNumber)} ranks" : ""),
            FormatUsed(usage.BusyCores, AmountText.FormatNumber)
        );
        yield return Format(
            "memory",
            FormatAsked(usage.AskedMemory, AmountText.FormatBytes),
            FormatUsed(usage.PeakMemory, AmountText.FormatBytes) + (usage.PeakMemory.Count == 0 ? "" : " (largest process)")
        );
        yield return Format(
            "time",
            FormatAsked(usage.AskedTime, AmountText.FormatSeconds),
            FormatUsed(usage.WallTime, AmountText.FormatSeconds)
        );
        if (usage.QueueTime.Count > 0)
        {
            yield return $"queue    waited {FormatUsed(usage.QueueTime, AmountText.FormatSeconds)}";
        }

        if (usage.CpuSeconds is { } busy && usage.ReservedSeconds is { } reserved)
        {
            yield return $"CPU      {AmountText.FormatSeconds(busy)} used of {AmountText.FormatSeconds(reserved)} reserved (time × cores)";
        }

        if (usage.FailedMemory is not null || usage.FailedTime is not null)
        {
            yield return $"failed   at most {AmountText.FormatBytes(usage.FailedMemory)} and {AmountText.FormatSeconds(usage.FailedTime)}";
        }
    }

    private static string DescribeCounts(GroupUsage usage) =>
        string.Join(
            ", ",
            new[]
            {
                CountText.FormatCount(usage.Tasks, "task"),
                usage.Completed > 0 ? FormattableString.Invariant($"{usage.Completed} completed") : null,
                UsageColumns.FormatCounts(usage.Ends),
                usage.Active > 0 ? FormattableString.Invariant($"{usage.Active} under way") : null,
                usage.Cached > 0 ? FormattableString.Invariant($"{usage.Cached} from the cache, which used nothing") : null,
            }.OfType<string>()
        );

    private static string Format(string what, string asked, string used) => $"{what.PadRight(8)} asked {asked.PadRight(14)} used {used}";

    /// <summary>Formats what was asked for: one amount, or the smallest and the largest.</summary>
    public static string FormatAsked(AskedAmount asked, Func<double?, string> format) =>
        asked.Min is not { } min
            ? "nothing"
            : (min == asked.Max ? format(min) : $"{format(min)} to {format(asked.Max)}") + (asked.Unstated > 0 ? " or nothing" : "");

    /// <summary>Formats what was used: median, 95th percentile and maximum.</summary>
    public static string FormatUsed(UsageFigures used, Func<double?, string> format) =>
        used.Count switch
        {
            0 => AmountText.Unknown,
            1 => format(used.Max),
            _ => $"{format(used.Median)} (median), {format(used.Percentile95)} (95 %), {format(used.Max)} (most)",
        };
}
