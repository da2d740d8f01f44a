using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators;

/// <summary>Says of an attempt that failed whether a disk was full. What follows from its end stays the same.</summary>
internal static class FullDisk
{
    private const int EndOfLog = 8 << 10;

    private static readonly string[] Words = ["No space left on device", "Disk quota exceeded"];

    /// <summary>What is to be told; null: nothing is known of a full disk.</summary>
    /// <param name="order">The attempt; its logs are here.</param>
    /// <param name="space">Room where it ran, after its end; null: nobody can say.</param>
    /// <param name="place">Where it ran, for people.</param>
    public static string? Find(AttemptOrder order, DiskSpace? space, string place)
    {
        if (space is { IsFull: true })
        {
            return $"the disk of {place} is full: {space.Words}";
        }

        // It was another disk, a quota, or what it wrote is gone again.
        var log = new LogTail(order.RunFolder).End(order.RelativePath + "/stderr.log", EndOfLog)?.Text ?? "";
        return Array.Find(Words, word => log.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } said ? $"its stderr.log says \"{said}\"" : null;
    }

    /// <summary>Puts it behind the reason of an ending that is a failure.</summary>
    public static Ending Explain(Ending ending, string? why) =>
        why is null || ending.Cancelled ? ending
        : ending.EndedBy is { } by ? ending with { EndedBy = $"{by}; {why}" }
        : ending with { Remark = ending.Remark is { } remark ? $"{remark}; {why}" : why };
}
