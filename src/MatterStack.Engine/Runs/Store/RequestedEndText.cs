using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Text about requested ends that have not happened yet: since when, by whom, why, and whether the outside was told.</summary>
internal static class RequestedEndText
{
    /// <summary>Text about the run, to follow its name. Returns null if no end of the run is requested, or if it has ended.</summary>
    public static string? DescribeRun(IReadOnlyList<EndRow> ends) =>
        ends.FirstOrDefault(e => e.AttemptId is null) is { } run
            ? $"is asked to end {DescribeOrigin(run)}; "
                + $"{CountText.FormatCount(ends.Count(e => e.AttemptId is not null), "attempt is", "attempts are")} not over, "
                + $"and no attempt is started"
            : null;

    /// <summary>Text about an attempt, to follow its name.</summary>
    public static string DescribeAttempt(EndRow end) => $"is asked to end {DescribeOrigin(end)}; {DescribeDelivery(end)}";

    /// <summary>Commands that help if the requested end of an attempt has not happened.</summary>
    public static string SuggestCommands(EndRow end) =>
        end.SentAt is null
            ? "-t:Step asks again; if it can never be reached, check that its work is gone, then give the attempt up with -t:CleanupOrphans"
            : "-t:Step checks whether it has ended and asks again; -t:CleanupOrphans gives the attempt up";

    /// <summary>Text on whether the outside was told.</summary>
    public static string DescribeDelivery(EndRow end) =>
        (end.SentAt?.ToText(), end.DeliveryProblem) switch
        {
            (null, null) => "there is no answer yet",
            (null, var trouble) => $"NOT REACHED: {trouble}",
            (var told, null) => $"the outside was told at {told}",
            (var told, var trouble) => $"the outside was told at {told}: {trouble}",
        };

    private static string DescribeOrigin(EndRow end) => $"since {end.AskedAt.ToText()} by {end.AskedBy} ({end.Reason})";
}
