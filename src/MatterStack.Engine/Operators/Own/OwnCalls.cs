using System.Collections.Concurrent;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Own;

/// <summary>Calls methods of somebody else's code one after the other, on a thread of its own: one that does not return keeps nobody waiting.</summary>
/// <param name="clock">Time.</param>
/// <param name="patience">How long a call may wait for its turn and return.</param>
/// <param name="faults">Takes in what nobody expects.</param>
internal sealed class OwnCalls(TimeProvider clock, TimeSpan patience, FaultLog faults)
{
    private readonly BlockingCollection<Call> _calls = [];
    private Thread? _thread;

    private Call? _current;

    /// <summary>Whether anything was ever called.</summary>
    public bool IsUsed => _thread is not null;

    /// <summary>Has something called.</summary>
    /// <param name="work">Calls it.</param>
    /// <param name="threw">Takes what it throws.</param>
    /// <param name="late">Is told when patience is at an end: true if it was called and has not returned, false if it was not called since an earlier call does not return, and is not called any more.</param>
    /// <param name="isAlive">Whether a call that takes long has given a sign of life; null: it gives none.</param>
    /// <returns>What can be waited for.</returns>
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

    /// <summary>Calls nothing more than was asked for, and waits a moment for it.</summary>
    public void Leave(TimeSpan moment)
    {
        if (!_calls.IsAddingCompleted)
        {
            _calls.CompleteAdding();
            _thread?.Join(moment);
            while (_calls.TryTake(out var left))
            {
                // Somebody else may decide what becomes of its attempt.
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

    private void Tell(Exception exception) => faults.Warn(exception, "calling an operator of the campaign");

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

        /// <summary>Waits until it has returned or thrown, or nobody waits for it any more.</summary>
        public void Wait(CancellationToken cancel)
        {
            try
            {
                _settled.Task.Wait(cancel);
            }
            catch (OperationCanceledException)
            {
                // The command ends; the next one looks again.
            }
        }

        public void Limit(ITimer limit) => _limit = limit;

        public void Make()
        {
            if (Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting)
            {
                Background.Guard(work, threw);
                Settle();
            }
        }

        /// <summary>It is over, or is not made any more.</summary>
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
