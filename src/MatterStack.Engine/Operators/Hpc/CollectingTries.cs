using System.Globalization;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>For how long an attempt that has ended could not be brought home although its machine answered. Kept in its folder, so that a <c>Step</c> now and then counts as well.</summary>
/// <param name="Answered">Time between tries that were answered.</param>
/// <param name="Last">When the last try was answered (UTC); null: the last one was not.</param>
internal sealed record CollectingTries(TimeSpan Answered, DateTimeOffset? Last)
{
    /// <summary>File in an attempt's folder.</summary>
    public const string FileName = "not-collected";

    // Nobody knows of a longer pause how the machine was meanwhile.
    private static readonly TimeSpan MostOfPause = TimeSpan.FromMinutes(5);

    public static CollectingTries None { get; } = new(TimeSpan.Zero, null);

    public static CollectingTries Of(AttemptOrder order)
    {
        try
        {
            var words = RegularFile.ReadText(Path.Combine(order.Folder, FileName), 200)?.Split(' ') ?? [];
            return words.Length == 2 && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                ? new CollectingTries(TimeSpan.FromTicks(ticks), last == 0 || last > DateTimeOffset.MaxValue.UtcTicks ? null : new DateTimeOffset(last, TimeSpan.Zero)) : None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    /// <summary>One more try without success.</summary>
    public CollectingTries Next(DateTimeOffset at, bool answered, bool moved) =>
        moved ? new CollectingTries(TimeSpan.Zero, at)
        : !answered ? this with { Last = null }
        : new CollectingTries(Answered + (Last is { } last && at > last ? Min(at - last, MostOfPause) : TimeSpan.Zero), at);

    public void Keep(AttemptOrder order, AttemptFiles files)
    {
        try
        {
            files.Write(order, FileName, string.Create(CultureInfo.InvariantCulture, $"{Answered.Ticks} {Last?.UtcTicks ?? 0}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it counts as long as this process lives.
        }
    }

    public static void Forget(AttemptOrder order)
    {
        try
        {
            File.Delete(Path.Combine(order.Folder, FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It tells nobody anything any more.
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
