namespace MatterStack.Engine.Operators.Local;

/// <summary>Watches over one attempt's processes: has them ended when its time is up or somebody asks.</summary>
/// <param name="clock">Time.</param>
/// <param name="failed">Takes an exception of the timer.</param>
/// <param name="end">Begins to end them, and returns at once; <see cref="AreEnded"/> is called when that is over.</param>
internal sealed class Supervision(TimeProvider clock, Action<Exception> failed, Action<Supervision> end) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _ended = new();
    private IReadOnlyList<AttemptProcess> _left = [];
    private LongTimer? _limit;
    private bool _over;

    /// <summary>Why it was ended, if it was.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether somebody asked for the end.</summary>
    public bool Cancelled { get; private set; }

    public void LimitTo(TimeSpan left, string reason)
    {
        if (left <= TimeSpan.Zero)
        {
            End(reason, cancelled: false);
            return;
        }

        _limit = new LongTimer(clock, left, () => End(reason, cancelled: false), failed);
    }

    public void End(string reason, bool cancelled)
    {
        lock (_gate)
        {
            if (_over || Reason is not null)
            {
                return;
            }

            (Reason, Cancelled) = (reason, cancelled);
        }

        end(this);
    }

    /// <summary>Says that what <see cref="End"/> began is over.</summary>
    /// <param name="left">Processes that live on.</param>
    public void AreEnded(IReadOnlyList<AttemptProcess> left)
    {
        _left = left;
        _ended.Set();
    }

    /// <summary>Takes the attempt over from whoever would end it; false if somebody else has done that. Processes that are being ended are waited for.</summary>
    /// <param name="left">Those that live on.</param>
    public bool TryConclude(out IReadOnlyList<AttemptProcess> left)
    {
        left = [];
        lock (_gate)
        {
            if (_over)
            {
                return false;
            }

            _over = true;
            _limit?.Dispose();
        }

        if (Reason is not null)
        {
            _ended.Wait();
            left = _left;
        }

        return true;
    }

    /// <summary>Stops watching; the processes go on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _limit?.Dispose();
        }
    }
}
