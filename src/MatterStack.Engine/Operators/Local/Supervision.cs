namespace MatterStack.Engine.Operators.Local;

/// <summary>Supervises the processes of one attempt: requests their end at the time limit or on cancellation.</summary>
/// <param name="clock">The clock.</param>
/// <param name="failed">Receives an exception of the timer.</param>
/// <param name="end">Starts to end the processes and returns at once; it calls <see cref="AreEnded"/> afterwards.</param>
internal sealed class Supervision(TimeProvider clock, Action<Exception> failed, Action<Supervision> end) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _ended = new();
    private IReadOnlyList<AttemptProcess> _left = [];
    private LongTimer? _limit;
    private bool _over;

    /// <summary>Reason of the requested end; null if none was requested.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether the end was requested by a cancellation.</summary>
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

    /// <summary>Reports that the processes were ended after <see cref="End"/>.</summary>
    /// <param name="left">Processes that live on.</param>
    public void AreEnded(IReadOnlyList<AttemptProcess> left)
    {
        _left = left;
        _ended.Set();
    }

    /// <summary>Claims the right to report the attempt's end; false if it is claimed already. Waits for processes that are being
    /// ended.</summary>
    /// <param name="left">Processes that live on.</param>
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

    /// <summary>Stops supervising. The processes continue.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _over = true;
            _limit?.Dispose();
        }
    }
}
