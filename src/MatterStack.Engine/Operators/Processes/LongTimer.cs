using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>A timer that fires once, after any time span. A .NET timer is limited to 49.7 days.</summary>
internal sealed class LongTimer : IDisposable
{
    private static readonly TimeSpan MaxPart = TimeSpan.FromDays(10);
    private readonly TimeProvider _clock;
    private readonly Action _action;
    private readonly TimeSpan _due;
    private readonly long _startTimestamp;
    private readonly ITimer _timer;

    /// <param name="clock">Time.</param>
    /// <param name="due">Time until it fires; zero or less: at once.</param>
    /// <param name="action">The action to run.</param>
    /// <param name="failed">Receives an exception that <paramref name="action"/> throws.</param>
    /// <exception cref="ProblemException">The system refuses a timer.</exception>
    public LongTimer(TimeProvider clock, TimeSpan due, Action action, Action<Exception> failed)
    {
        (_clock, _due, _action, _startTimestamp) = (clock, due, action, clock.GetTimestamp());
        _timer = Background.StartTimer(clock, FireOrContinue, failed, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(LimitToMaxPart(due), Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private static TimeSpan LimitToMaxPart(TimeSpan left) =>
        left < TimeSpan.Zero ? TimeSpan.Zero
        : left < MaxPart ? left
        : MaxPart;

    private void FireOrContinue()
    {
        var left = _due - _clock.GetElapsedTime(_startTimestamp);
        // A timer may fire slightly early. Only a long time span is split into parts.
        if (_due > MaxPart && left > TimeSpan.Zero)
        {
            _timer.Change(LimitToMaxPart(left), Timeout.InfiniteTimeSpan);
            return;
        }

        _action();
    }
}
