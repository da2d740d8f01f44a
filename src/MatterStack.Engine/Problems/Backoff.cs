namespace MatterStack.Engine.Problems;

/// <summary>Growing pauses between tries: each pause is twice the one before.</summary>
/// <param name="First">Pause after the first failure.</param>
/// <param name="Longest">Longest pause.</param>
internal readonly record struct Backoff(TimeSpan First, TimeSpan Longest)
{
    private const int MaxDoublings = 40;

    /// <summary>Returns the pause that follows a pause.</summary>
    /// <param name="pause">The pause before this try; zero if there was none.</param>
    public TimeSpan GetNext(TimeSpan pause) =>
        pause <= TimeSpan.Zero ? First
        : pause > Longest / 2 ? Longest
        : pause * 2;

    /// <summary>Returns the pause after a number of doublings.</summary>
    public TimeSpan GetPause(int doublings)
    {
        var shift = Math.Clamp(doublings, 0, MaxDoublings);
        return First.Ticks > Longest.Ticks >> shift ? Longest : TimeSpan.FromTicks(First.Ticks << shift);
    }
}
