using MatterStack.Engine.Operators.Processes;

namespace MatterStack.Engine.Operators.Local;

/// <summary>Supervises the processes of one attempt: requests their end at the time limit or on cancellation.</summary>
/// <param name="clock">The clock.</param>
/// <param name="age">Time since the attempt's process was started.</param>
/// <param name="failed">Receives an exception of the timer.</param>
/// <param name="end">Starts to end the processes and returns at once; it calls <see cref="ReportEnded"/> afterwards.</param>
internal sealed class ProcessSupervisor(TimeProvider clock, TimeSpan age, Action<Exception> failed, Action<ProcessSupervisor> end)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _ended = new();
    private IReadOnlyList<AttemptProcess> _remaining = [];
    private LongTimer? _limit;
    private readonly long _begunAt = clock.GetTimestamp();
    private bool _isClosed;

    /// <summary>When the process was started, UTC.</summary>
    public DateTimeOffset StartedAt { get; } = clock.GetUtcNow() - age;

    /// <summary>Time since then, by a clock that is never set back.</summary>
    public TimeSpan Age => age + clock.GetElapsedTime(_begunAt);

    /// <summary>What the processes had used when their end was requested; null if it is not known.</summary>
    public ProcessUsage? UsageAtEnd { get; set; }

    /// <summary>Reason of the requested end; null if none was requested.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether the end was requested by a cancellation.</summary>
    public bool IsCancelled { get; private set; }

    public void SetTimeLimit(TimeSpan left, string reason)
    {
        if (left <= TimeSpan.Zero)
        {
            RequestEnd(reason, cancelled: false);
            return;
        }

        _limit = new LongTimer(clock, left, () => RequestEnd(reason, cancelled: false), failed);
    }

    public void RequestEnd(string reason, bool cancelled)
    {
        lock (_gate)
        {
            if (_isClosed || Reason is not null)
            {
                return;
            }

            (Reason, IsCancelled) = (reason, cancelled);
        }

        end(this);
    }

    /// <summary>Reports that the processes were ended after <see cref="RequestEnd"/>.</summary>
    /// <param name="left">Processes that live on.</param>
    public void ReportEnded(IReadOnlyList<AttemptProcess> left)
    {
        _remaining = left;
        _ended.Set();
    }

    /// <summary>Claims the right to report the attempt's end; false if it is claimed already. Waits for processes that are being
    /// ended.</summary>
    /// <param name="left">Processes that live on.</param>
    public bool TryClaimEnd(out IReadOnlyList<AttemptProcess> left)
    {
        left = [];
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _isClosed = true;
            _limit?.Dispose();
        }

        if (Reason is not null)
        {
            _ended.Wait();
            left = _remaining;
        }

        return true;
    }

    /// <summary>Stops supervising. The processes continue.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _limit?.Dispose();
        }
    }
}
