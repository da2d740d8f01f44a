using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Runs.Usage;

namespace MatterStack.Engine.Commands;

/// <summary>Says of an attempt that ended by a lack of memory or time what it asked for and what it used.</summary>
internal static class UsageHint
{
    private const double BytesPerGib = 1L << 30;

    /// <summary>Describes an attempt. Returns null if it did not end by such a lack.</summary>
    public static string? Describe(RunReader reader, AttemptRow attempt) =>
        attempt.EndCause switch
        {
            EndCause.OutOfMemory => $"attempt {attempt.AttemptIndex} asked for "
                + FormatMemory(attempt.Given?.MemoryGb ?? ReadTask(reader, attempt)?.MemoryGb)
                + $" and used {AmountText.FormatBytes(attempt.Usage?.PeakMemoryBytes)} (largest process"
                + $"{DescribeNote(attempt, attempt.Usage?.PeakMemoryBytes)})",
            EndCause.TimeLimit => $"attempt {attempt.AttemptIndex} had a limit of "
                + $"{FormatLimit(attempt.Given?.TimeLimit ?? ReadTask(reader, attempt)?.TimeLimit)} and ran "
                + $"{AmountText.FormatSeconds(attempt.Usage?.WallTime?.TotalSeconds)}",
            _ => null,
        };

    private static Campaigns.CampaignTask? ReadTask(RunReader reader, AttemptRow attempt) =>
        (attempt.Definition ?? reader.FindDefinition(attempt.TaskId)) is { } definition
            ? TaskJson.Read(attempt.TaskId, attempt.OperatorKey, definition).Task
            : null;

    private static string FormatMemory(double? gib) =>
        gib is { } stated ? AmountText.FormatBytes(stated * BytesPerGib) : "no memory of its own";

    private static string FormatLimit(TimeSpan? limit) =>
        limit is { } stated ? AmountText.FormatSeconds(stated.TotalSeconds) : "its operator";

    private static string DescribeNote(AttemptRow attempt, long? value) =>
        value is null && attempt.Usage?.Note is { } note ? $"; {note}" : "";
}
