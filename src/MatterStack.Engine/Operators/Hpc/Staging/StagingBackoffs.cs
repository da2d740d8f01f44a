using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Folders on clusters that cannot be written for a while, each with a back-off of its own.</summary>
internal sealed class StagingBackoffs
{
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));

    private readonly Dictionary<IJobStaging, (string Reason, TimeSpan Until, TimeSpan Pause)> _pauses = [];

    /// <summary>Returns why a folder is not used now, and for how long; null if it can be used.</summary>
    public (string Reason, TimeSpan Wait)? FindPause(IJobStaging place, TimeSpan now) =>
        _pauses.TryGetValue(place, out var pause) && pause.Until > now ? (pause.Reason, pause.Until - now) : null;

    /// <summary>Records a failed try.</summary>
    public void RecordFailure(IJobStaging place, string why, TimeSpan now)
    {
        var pause = Retries.GetNext(_pauses.GetValueOrDefault(place).Pause);
        _pauses[place] = (why, now + pause, pause);
    }

    /// <summary>Records a successful try.</summary>
    public void RecordSuccess(IJobStaging place) => _pauses.Remove(place);

    /// <summary>Returns the shorter of two waits; infinite means no wait.</summary>
    public static TimeSpan GetShorterWait(TimeSpan one, TimeSpan two) =>
        one == Timeout.InfiniteTimeSpan ? two
        : two == Timeout.InfiniteTimeSpan ? one
        : one < two ? one
        : two;
}
