using System.Collections.Concurrent;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Own;

/// <summary>Calls methods of a plug-in one after the other on a separate thread, so that a call that does not return blocks nothing
/// else.</summary>
/// <param name="clock">The clock.</param>
/// <param name="patience">Time limit of a call, including its time in the queue.</param>
/// <param name="faults">Log of unexpected exceptions.</param>
internal sealed class OwnCalls(TimeProvider clock, TimeSpan patience, FaultLog faults)
{
    private readonly BlockingCollection<Call> _calls = [];
    private Thread? _thread;

    private Call? _current;

    /// <summary>Whether any call was ever queued.</summary>
    public bool IsUsed => _thread is not null;

    /// <summary>Queues a call.</summary>
    /// <param name="work">The call.</param>
    /// <param name="threw">Receives an exception of the call.</param>
    /// <param name="late">Called at the time limit: with true if the call began and has not returned; with false if it did not begin
    /// because an earlier call does not return. Then it is skipped.</param>
    /// <param name="isAlive">Whether a long call is known to make progress; null: unknown.</param>
    /// <returns>The queued call, to wait for.</returns>
    public Call Post(Action work, Action<Exception> threw, Action<bool> late, Func<bool>? isAlive = null)
    {
        var call = new Call(this, work, threw, late, isAlive);
        _thread ??= Background.StartThread("own operator", Work, Tell, stack: 1 << 20);
        call.Limit(Background.StartTimer(clock, call.LookAtTime, Tell, patience, patience));
        if (_calls.IsAddingCompleted)
        {
            call.Settle();
        }
        else
        {
            _calls.Add(call);
        }

        return call;
    }

    /// <summary>Accepts no more calls, and waits for the queued ones for a limited time.</summary>
    public void Leave(TimeSpan moment)
    {
        if (!_calls.IsAddingCompleted)
        {
            _calls.CompleteAdding();
            _thread?.Join(moment);
            while (_calls.TryTake(out var left))
            {
                // The wrapper of the operator decides about its attempt.
                left.Settle();
            }
        }
    }

    private void Work()
    {
        foreach (var call in _calls.GetConsumingEnumerable())
        {
            _current = call;
            call.Make();
        }
    }

    private void Tell(Exception exception) => faults.RecordWarning(exception, "calling an operator of the campaign");

    /// <summary>One call.</summary>
    internal sealed class Call(OwnCalls queue, Action work, Action<Exception> threw, Action<bool> late, Func<bool>? isAlive)
    {
        private const int Waiting = 0;
        private const int Begun = 1;
        private const int Over = 2;

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

        public void Limit(ITimer limit) => _limit = limit;

        public void Make()
        {
            if (Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting)
            {
                Background.RunGuarded(work, threw);
                Settle();
            }
        }

        /// <summary>Marks the call as ended or skipped.</summary>
        public void Settle()
        {
            Interlocked.Exchange(ref _state, Over);
            _isStuck = false;
            _limit?.Dispose();
            _settled.TrySetResult();
        }

        public void LookAtTime()
        {
            if (Volatile.Read(ref _state) == Begun && !_isStuck && isAlive?.Invoke() is not true)
            {
                _isStuck = true;
                late(true);
                _settled.TrySetResult();
            }
            else if (queue._current is { _isStuck: true } other && other != this && Interlocked.CompareExchange(ref _state, Over, Waiting) == Waiting)
            {
                late(false);
                Settle();
            }
        }
    }
}
