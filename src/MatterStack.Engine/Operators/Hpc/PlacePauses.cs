namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Places that cannot be written for a while, each with its own pause, which grows as long as that lasts.</summary>
internal sealed class PlacePauses
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Dictionary<IPlace, (string Why, TimeSpan Until, TimeSpan Pause)> _pauses = [];

    /// <summary>What keeps a place from being tried, and for how long; null: nothing.</summary>
    public (string Why, TimeSpan Wait)? Find(IPlace place, TimeSpan now) =>
        _pauses.TryGetValue(place, out var pause) && pause.Until > now ? (pause.Why, pause.Until - now) : null;

    /// <summary>It was tried in vain.</summary>
    public void Begin(IPlace place, string why, TimeSpan now)
    {
        var pause = _pauses.TryGetValue(place, out var known) ? TimeSpan.FromTicks(Math.Min(known.Pause.Ticks * 2, Longest.Ticks)) : First;
        _pauses[place] = (why, now + pause, pause);
    }

    /// <summary>It was tried with success.</summary>
    public void End(IPlace place) => _pauses.Remove(place);

    /// <summary>The shorter of two waits; infinite is none.</summary>
    public static TimeSpan Sooner(TimeSpan one, TimeSpan two) => one == Timeout.InfiniteTimeSpan ? two : two == Timeout.InfiniteTimeSpan ? one : one < two ? one : two;
}
