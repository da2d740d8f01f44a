using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Plugins;

/// <summary>Calls methods of a plug-in one after the other on a separate thread, so that a call that does not return blocks nothing
/// else.</summary>
internal sealed class PluginCallQueue
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _patience;
    private readonly FaultLog _faults;
    private readonly WorkQueue<QueuedCall> _calls;
    private QueuedCall? _current;

    /// <param name="clock">The clock.</param>
    /// <param name="patience">Time limit of a call, including its time in the queue.</param>
    /// <param name="faults">Log of unexpected exceptions.</param>
    public PluginCallQueue(TimeProvider clock, TimeSpan patience, FaultLog faults)
    {
        (_clock, _patience, _faults) = (clock, patience, faults);
        _calls = new WorkQueue<QueuedCall>("own operator", RunCall, LogFault) { StackBytes = 1 << 20 };
    }

    /// <summary>Whether any call was ever queued.</summary>
    public bool IsUsed => _calls.IsStarted;

    /// <summary>Queues a call.</summary>
    /// <param name="work">The call.</param>
    /// <param name="threw">Receives an exception of the call.</param>
    /// <param name="late">Called at the time limit: with true if the call began and has not returned; with false if it did not begin
    /// because an earlier call does not return. Then it is skipped.</param>
    /// <param name="isAlive">Whether a long call is known to make progress; null: unknown.</param>
    /// <returns>The queued call, to wait for.</returns>
    public QueuedCall PostCall(Action work, Action<Exception> threw, Action<bool> late, Func<bool>? isAlive = null)
    {
        var call = new QueuedCall(this, work, threw, late, isAlive);
        _calls.Start();
        call.SetTimer(Background.StartTimer(_clock, call.CheckTimeLimit, LogFault, _patience, _patience));
        if (!_calls.TryAdd(call))
        {
            call.MarkEnded();
        }

        return call;
    }

    /// <summary>Accepts no more calls, and waits for the queued ones for a limited time.</summary>
    public void StopAndWait(TimeSpan moment)
    {
        if (!_calls.IsClosed)
        {
            _calls.Close();
            _calls.Join(moment);
            while (_calls.TryTake(out var left))
            {
                // The wrapper of the operator decides about its attempt.
                left.MarkEnded();
            }
        }
    }

    private void RunCall(QueuedCall call)
    {
        _current = call;
        call.RunOnce();
    }

    private void LogFault(Exception exception) => _faults.RecordWarning(exception, "calling an operator of the campaign");

    /// <summary>One call.</summary>
    internal sealed class QueuedCall(PluginCallQueue queue, Action work, Action<Exception> threw, Action<bool> late, Func<bool>? isAlive)
    {
        private const int Queued = 0;
        private const int Running = 1;
        private const int Ended = 2;

        private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _state;
        private bool _isStuck;
        private ITimer? _limit;

        /// <summary>Waits until the call has ended, or its time limit has passed.</summary>
        public void Wait(CancellationToken cancel)
        {
            try
            {
                _settled.Task.Wait(cancel);
            }
            catch (OperationCanceledException)
            {
                // The command ends. The next command observes again.
            }
        }

        public void SetTimer(ITimer limit) => _limit = limit;

        public void RunOnce()
        {
            if (Interlocked.CompareExchange(ref _state, Running, Queued) == Queued)
            {
                Background.RunGuarded(work, threw);
                MarkEnded();
            }
        }

        /// <summary>Marks the call as ended or skipped.</summary>
        public void MarkEnded()
        {
            Interlocked.Exchange(ref _state, Ended);
            _isStuck = false;
            _limit?.Dispose();
            _settled.TrySetResult();
        }

        public void CheckTimeLimit()
        {
            if (Volatile.Read(ref _state) == Running && !_isStuck && isAlive?.Invoke() is not true)
            {
                _isStuck = true;
                late(true);
                _settled.TrySetResult();
            }
            else if (
                queue._current is { _isStuck: true } other
                && other != this
                && Interlocked.CompareExchange(ref _state, Ended, Queued) == Queued
            )
            {
                late(false);
                MarkEnded();
            }
        }
    }
}
