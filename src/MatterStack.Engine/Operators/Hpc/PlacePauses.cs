namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Folders on clusters that cannot be written for a while, each with a back-off of its own.</summary>
internal sealed class PlacePauses
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Dictionary<IPlace, (string Reason, TimeSpan Until, TimeSpan Pause)> _pauses = [];

    /// <summary>Returns why a folder is not used now, and for how long; null if it can be used.</summary>
    public (string Reason, TimeSpan Wait)? Find(IPlace place, TimeSpan now) =>
        _pauses.TryGetValue(place, out var pause) && pause.Until > now ? (pause.Reason, pause.Until - now) : null;

    /// <summary>Records a failed try.</summary>
    public void Begin(IPlace place, string why, TimeSpan now)
    {
        var pause = _pauses.TryGetValue(place, out var known) ? TimeSpan.FromTicks(Math.Min(known.Pause.Ticks * 2, Longest.Ticks)) : First;
        _pauses[place] = (why, now + pause, pause);
    }

    /// <summary>Records a successful try.</summary>
    public void End(IPlace place) => _pauses.Remove(place);

    /// <summary>Returns the shorter of two waits; infinite means no wait.</summary>
    public static TimeSpan Sooner(TimeSpan one, TimeSpan two) => one == Timeout.InfiniteTimeSpan ? two : two == Timeout.InfiniteTimeSpan ? one : one < two ? one : two;
}
