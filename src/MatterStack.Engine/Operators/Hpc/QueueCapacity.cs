using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Number of jobs that a queue accepts at a time, learned from accepted and refused submissions, and the time of the next try.
/// </summary>
/// <remarks>
/// Halving finds the number that fits. Then the known capacity is used, and one more job is tried now and then, since limits change and
/// other users' jobs end.
/// </remarks>
internal sealed class QueueCapacity
{
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMinutes(1);

    private int _bound = int.MaxValue;
    private int _maxArraySize = int.MaxValue;
    private int _probeSize = 1;
    private bool _isExact;
    private TimeSpan _pause;
    private TimeSpan _retryAt = TimeSpan.MinValue;
    private TimeSpan _probeAt = TimeSpan.MinValue;

    /// <summary>Reason of the last refusal, as text for people.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Time of the next try, if no job ends before.</summary>
    public TimeSpan GetRetryTime(int live) => HasCapacity(live) || _retryAt > _probeAt ? _retryAt : _probeAt;

    /// <summary>Whether the capacity is known to be limited.</summary>
    public bool IsLimited => _bound != int.MaxValue;

    /// <summary>Starts with one job: an earlier command was refused already.</summary>
    public void StartWithOne(int live) => (_bound, _isExact) = (live + 1, true);

    /// <summary>Number of jobs to submit now.</summary>
    /// <param name="live">Number of jobs of this run that are, or may be, in the queue.</param>
    /// <param name="waiting">Number of waiting jobs.</param>
    /// <param name="now">Current time.</param>
    public int GetBatchSize(int live, int waiting, TimeSpan now)
    {
        if (now < GetRetryTime(live))
        {
            return 0;
        }

        var room = _bound == int.MaxValue ? int.MaxValue : _bound - 1 - live;
        var size =
            room <= 0 ? _probeSize
            : _isExact || room == int.MaxValue ? room
            // If some jobs are in the queue, there is rarely capacity for many times as many.
            : live > 0 ? Math.Min((room + 1) / 2, live)
            : (room + 1) / 2;
        return Math.Min(Math.Min(size, _maxArraySize), waiting);
    }

    /// <summary>Records that jobs were accepted.</summary>
    /// <param name="live">Number of jobs of this run in the queue, with these.</param>
    /// <param name="now">Current time.</param>
    public void RecordAccepted(int live, TimeSpan now)
    {
        _pause = TimeSpan.Zero;
        _retryAt = TimeSpan.MinValue;
        if (live < _bound)
        {
            _probeAt = now + ProbeInterval;
            return;
        }

        // More were accepted than expected.
        _probeAt = TimeSpan.MinValue;
        _probeSize = Math.Min(_probeSize * 2, 1000);
        _bound = live + 1;
        _isExact = true;
    }

    /// <summary>Records that jobs were refused for lack of capacity.</summary>
    /// <param name="live">Number of jobs of this run in the queue.</param>
    /// <param name="tried">Number of refused jobs.</param>
    /// <param name="words">Reason.</param>
    /// <param name="now">Current time.</param>
    public void RecordRefused(int live, int tried, string words, TimeSpan now)
    {
        Reason = words;
        _bound = live + tried;
        _isExact = tried == 1;
        _probeSize = 1;
        if (_isExact)
        {
            StartBackoff(now);
        }
    }

    /// <summary>Records that an array of this size is too large.</summary>
    public void LimitArraySize(int members) => _maxArraySize = Math.Max(1, members / 2);

    /// <summary>Records that the queue accepts nothing for now, however few jobs.</summary>
    public void RecordClosed(string words, TimeSpan now)
    {
        Reason = words;
        StartBackoff(now);
    }

    /// <summary>Records that jobs of this run have left the queue, so that a new try is worthwhile.</summary>
    /// <param name="isHere">Whether the jobs belong to the same site, so that the known capacity tells how many may follow.</param>
    public void RecordFreed(bool isHere)
    {
        _retryAt = TimeSpan.MinValue;
        if (!isHere)
        {
            _probeAt = TimeSpan.MinValue;
        }
    }

    private bool HasCapacity(int live) => _bound == int.MaxValue || _bound - 1 - live > 0;

    private void StartBackoff(TimeSpan now)
    {
        _pause = Retries.GetNext(_pause);
        _retryAt = now + _pause;
        _probeAt = now + _pause;
    }
}
