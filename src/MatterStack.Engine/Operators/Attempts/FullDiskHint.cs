using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>Finds out whether a disk was full when an attempt failed, and adds that to the reason. The outcome does not change.</summary>
internal static class FullDiskHint
{
    private const int LogTailBytes = 8 << 10;

    private static readonly string[] ErrorTexts = ["No space left on device", "Disk quota exceeded"];

    /// <summary>Returns the text for people; null if there is no sign of a full disk.</summary>
    /// <param name="runFolder">Absolute folder of the run.</param>
    /// <param name="attemptFolder">Folder of the attempt, relative to it. The attempt's logs are on this machine.</param>
    /// <param name="space">Free space of the disk it ran on, after its end; null if unknown.</param>
    /// <param name="place">Name of the folder it ran in, for people.</param>
    public static string? FindHint(string runFolder, string attemptFolder, DiskSpace? space, string place)
    {
        if (space is { IsFull: true })
        {
            return $"the disk of {place} is full: {space.Description}";
        }

        // Another disk was full, a quota was reached, or the files are deleted already.
        var log = new LogTail(runFolder).ReadEnd(attemptFolder + "/" + AttemptLayout.StderrFile, LogTailBytes)?.Text ?? "";
        return Array.Find(ErrorTexts, word => log.Contains(word, StringComparison.OrdinalIgnoreCase)) is { } said
            ? $"its stderr.log contains \"{said}\""
            : null;
    }

    /// <summary>Appends the text to the reason of a failed attempt.</summary>
    public static AttemptEnd AddToReason(AttemptEnd ending, string? why) =>
        why is null || ending.IsCancelled ? ending
        : ending.EndedBy is { } by ? ending with { EndedBy = $"{by}; {why}" }
        : ending with { FailureNote = ending.FailureNote is { } remark ? $"{remark}; {why}" : why };
}
