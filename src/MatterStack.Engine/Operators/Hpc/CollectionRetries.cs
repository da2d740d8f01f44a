using System.Globalization;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Time in which the files of an ended attempt could not be fetched although the machine answered. Stored in the attempt's folder, so that
/// it counts across commands.
/// </summary>
/// <param name="AnsweredTime">Time between answered tries.</param>
/// <param name="LastAnswerAt">Time of the last try (UTC); null if it was not answered.</param>
internal sealed record CollectionRetries(TimeSpan AnsweredTime, DateTimeOffset? LastAnswerAt)
{
    /// <summary>File in an attempt's folder.</summary>
    public const string FileName = "not-collected";

    // The state of the machine during a longer gap is unknown.
    private static readonly TimeSpan MaxCountedPause = TimeSpan.FromMinutes(5);

    public static CollectionRetries None { get; } = new(TimeSpan.Zero, null);

    public static CollectionRetries ReadState(AttemptRequest request)
    {
        try
        {
            var words = RegularFile.ReadText(Path.Combine(request.Folder, FileName), 200)?.Split(' ') ?? [];
            return
                words.Length == 2
                && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                ? new CollectionRetries(
                    TimeSpan.FromTicks(ticks),
                    last == 0 || last > DateTimeOffset.MaxValue.UtcTicks ? null : new DateTimeOffset(last, TimeSpan.Zero)
                )
                : None;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return None;
        }
    }

    /// <summary>Counts a failed try.</summary>
    public CollectionRetries CountFailure(DateTimeOffset at, bool answered, bool moved) =>
        moved ? new CollectionRetries(TimeSpan.Zero, at)
        : !answered ? this with { LastAnswerAt = null }
        : new CollectionRetries(
            AnsweredTime + (LastAnswerAt is { } last && at > last ? Min(at - last, MaxCountedPause) : TimeSpan.Zero),
            at
        );

    public void WriteState(AttemptRequest request, AttemptFiles files)
    {
        try
        {
            files.WriteFile(
                request,
                FileName,
                string.Create(CultureInfo.InvariantCulture, $"{AnsweredTime.Ticks} {LastAnswerAt?.UtcTicks ?? 0}")
            );
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Then the time counts only within this process.
        }
    }

    public static void DeleteState(AttemptRequest request, AttemptFiles files)
    {
        try
        {
            files.DeleteFile(request, FileName);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file has no meaning after the end.
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
