namespace MatterStack.Engine.Operators.Hpc;

/// <summary>How many jobs of a kind a queue takes at a time, learnt from what it takes and refuses, and when it is tried again.</summary>
/// <remarks>Halving finds what fits. From then on as many go as there is known to be room for, and one more now and then, since limits change and others leave.</remarks>
internal sealed class Portion
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMinutes(1);

    private int _bound = int.MaxValue;
    private int _members = int.MaxValue;
    private int _probe = 1;
    private bool _isExact;
    private TimeSpan _pause;
    private TimeSpan _again = TimeSpan.MinValue;
    private TimeSpan _probeAt = TimeSpan.MinValue;

    /// <summary>Why the last was not taken, in a person's words.</summary>
    public string Words { get; private set; } = "";

    /// <summary>When it is worth trying again, if no job ends before.</summary>
    public TimeSpan Due(int live) => HasRoom(live) || _again > _probeAt ? _again : _probeAt;

    /// <summary>Whether it is known that not all that waits can go.</summary>
    public bool IsTight => _bound != int.MaxValue;

    /// <summary>Begins with one: an earlier command was refused already.</summary>
    public void BeginWithOne(int live) => (_bound, _isExact) = (live + 1, true);

    /// <summary>How many to try now.</summary>
    /// <param name="live">How many of ours are in the queue or may be.</param>
    /// <param name="waiting">How many wait.</param>
    /// <param name="now">Time.</param>
    public int Size(int live, int waiting, TimeSpan now)
    {
        if (now < Due(live))
        {
            return 0;
        }

        var room = _bound == int.MaxValue ? int.MaxValue : _bound - 1 - live;
        var size = room <= 0 ? _probe
            : _isExact || room == int.MaxValue ? room
            // With some in the queue already there is rarely room for many times as many.
            : live > 0 ? Math.Min((room + 1) / 2, live) : (room + 1) / 2;
        return Math.Min(Math.Min(size, _members), waiting);
    }

    /// <summary>Jobs were taken.</summary>
    /// <param name="live">How many of ours are in the queue since.</param>
    /// <param name="now">Time.</param>
    public void Take(int live, TimeSpan now)
    {
        _pause = TimeSpan.Zero;
        _again = TimeSpan.MinValue;
        if (live < _bound)
        {
            _probeAt = now + BetweenProbes;
            return;
        }

        // More than were thought to fit.
        _probeAt = TimeSpan.MinValue;
        _probe = Math.Min(_probe * 2, 1000);
        _bound = live + 1;
        _isExact = true;
    }

    /// <summary>There was no room for jobs.</summary>
    /// <param name="live">How many of ours are in the queue.</param>
    /// <param name="tried">How many more there was no room for.</param>
    /// <param name="words">Why.</param>
    /// <param name="now">Time.</param>
    public void Refuse(int live, int tried, string words, TimeSpan now)
    {
        Words = words;
        _bound = live + tried;
        _isExact = tried == 1;
        _probe = 1;
        if (_isExact)
        {
            Wait(now);
        }
    }

    /// <summary>Arrays of that many members are too large.</summary>
    public void Limit(int members) => _members = Math.Max(1, members / 2);

    /// <summary>Nothing is taken for now, however little it is.</summary>
    public void Close(string words, TimeSpan now)
    {
        Words = words;
        Wait(now);
    }

    /// <summary>Jobs of ours have left the queue: that is worth a try.</summary>
    /// <param name="isHere">Whether they were of the same site, so that the room that is known tells how many may go.</param>
    public void Free(bool isHere)
    {
        _again = TimeSpan.MinValue;
        if (!isHere)
        {
            _probeAt = TimeSpan.MinValue;
        }
    }

    private bool HasRoom(int live) => _bound == int.MaxValue || _bound - 1 - live > 0;

    private void Wait(TimeSpan now)
    {
        _pause = _pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
        _again = now + _pause;
        _probeAt = now + _pause;
    }
}
