using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators;

/// <summary>A timer that goes off once, however far away that is. A timer of .NET takes 49.7 days at the most.</summary>
internal sealed class LongTimer : IDisposable
{
    private static readonly TimeSpan LongestPiece = TimeSpan.FromDays(10);
    private readonly TimeProvider _clock;
    private readonly Action _action;
    private readonly TimeSpan _due;
    private readonly long _since;
    private readonly ITimer _timer;

    /// <param name="clock">Time.</param>
    /// <param name="due">After how long it goes off; at once if that is not above zero.</param>
    /// <param name="action">What it does then.</param>
    /// <param name="failed">Takes an exception that <paramref name="action"/> throws.</param>
    /// <exception cref="ProblemException">The system refuses a timer.</exception>
    public LongTimer(TimeProvider clock, TimeSpan due, Action action, Action<Exception> failed)
    {
        (_clock, _due, _action, _since) = (clock, due, action, clock.GetTimestamp());
        _timer = Background.StartTimer(clock, GoOff, failed, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Piece(due), Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private static TimeSpan Piece(TimeSpan left) => left < TimeSpan.Zero ? TimeSpan.Zero : left < LongestPiece ? left : LongestPiece;

    private void GoOff()
    {
        var left = _due - _clock.GetElapsedTime(_since);
        // A timer may go off a little early; a whole piece is left only of a long time.
        if (_due > LongestPiece && left > TimeSpan.Zero)
        {
            _timer.Change(Piece(left), Timeout.InfiniteTimeSpan);
            return;
        }

        _action();
    }
}
