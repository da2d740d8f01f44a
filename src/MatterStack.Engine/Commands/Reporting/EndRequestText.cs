using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Messages about requests to end attempts that have not ended yet.</summary>
internal static class EndRequestText
{
    private const int MaxShown = 5;

    /// <summary>Reports requests that could not be delivered. Returns null if all were delivered.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ends">Open requests to end attempts.</param>
    /// <param name="only">Only this attempt; null: all.</param>
    public static Problem? FindUndelivered(RunFolder run, IEnumerable<EndRow> ends, AttemptId? only = null)
    {
        var untold = ends.Where(e => e is { AttemptId: not null, SentAt: null } && (only is null || e.AttemptId == only)).ToList();
        return untold.Count == 0
            ? null
            : Problem.Create(
                RunCodes.EndRequestFailed,
                $"Run {run.Id}: {CountText.FormatCount(untold.Count, "attempt")} asked to end could not be told so, and may go on: "
                    + $"{string.Join("; ", untold.Take(MaxShown).Select(DescribeEnd))}"
                    + $"{(untold.Count > MaxShown ? $"; and {untold.Count - MaxShown} more" : "")}"
            );
    }

    /// <summary>Describes delivered requests of attempts that have not ended, as a continuation of another message. Returns an empty text
    /// if there are none.</summary>
    public static string DescribeDelivered(IReadOnlyList<EndRow> ends, AttemptId? only = null)
    {
        var told = ends.Where(e => e is { AttemptId: not null, SentAt: not null } && (only is null || e.AttemptId == only)).ToList();
        return told.Count == 0
            ? ""
            : $"; {CountText.FormatCount(told.Count, "attempt was", "attempts were")} told and {(told.Count == 1 ? "is" : "are")} not "
                + $"over yet: {string.Join("; ", told.Take(MaxShown).Select(DescribeEnd))}"
                + $"{(told.Count > MaxShown ? $"; and {told.Count - MaxShown} more" : "")}. -t:Step looks again";
    }

    private static string DescribeEnd(EndRow end) =>
        $"{end.TaskId} ({end.AttemptId}{(end.ExternalId is null ? "" : $", {end.ExternalId}")}): {RequestedEndText.DescribeDelivery(end)}";
}
