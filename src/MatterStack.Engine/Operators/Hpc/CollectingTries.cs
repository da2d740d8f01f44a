using System.Globalization;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Time in which the files of an ended attempt could not be fetched although the machine answered. Stored in the attempt's folder, so that
/// it counts across commands.
/// </summary>
/// <param name="Answered">Time between answered tries.</param>
/// <param name="Last">Time of the last try (UTC); null if it was not answered.</param>
internal sealed record CollectingTries(TimeSpan Answered, DateTimeOffset? Last)
{
    /// <summary>File in an attempt's folder.</summary>
    public const string FileName = "not-collected";

    // The state of the machine during a longer gap is unknown.
    private static readonly TimeSpan MostOfPause = TimeSpan.FromMinutes(5);

    public static CollectingTries None { get; } = new(TimeSpan.Zero, null);

    public static CollectingTries Of(AttemptOrder request)
    {
        try
        {
            var words = RegularFile.ReadText(Path.Combine(request.Folder, FileName), 200)?.Split(' ') ?? [];
            return words.Length == 2 && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                ? new CollectingTries(TimeSpan.FromTicks(ticks), last == 0 || last > DateTimeOffset.MaxValue.UtcTicks ? null : new DateTimeOffset(last, TimeSpan.Zero)) : None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    /// <summary>Counts a failed try.</summary>
    public CollectingTries Next(DateTimeOffset at, bool answered, bool moved) =>
        moved ? new CollectingTries(TimeSpan.Zero, at)
        : !answered ? this with { Last = null }
        : new CollectingTries(Answered + (Last is { } last && at > last ? Min(at - last, MostOfPause) : TimeSpan.Zero), at);

    public void Keep(AttemptOrder request, AttemptFiles files)
    {
        try
        {
            files.Write(request, FileName, string.Create(CultureInfo.InvariantCulture, $"{Answered.Ticks} {Last?.UtcTicks ?? 0}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the time counts only within this process.
        }
    }

    public static void Forget(AttemptOrder request)
    {
        try
        {
            File.Delete(Path.Combine(request.Folder, FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file has no meaning after the end.
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
