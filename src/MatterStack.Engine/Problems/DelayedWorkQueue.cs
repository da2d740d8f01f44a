namespace MatterStack.Engine.Problems;

/// <summary>Runs work items when they are due, a few at once and without a thread per item.</summary>
/// <typeparam name="T">Type of a work item.</typeparam>
internal sealed class DelayedWorkQueue<T> : IDisposable
{
    private static readonly TimeSpan TimerInterval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<T, (long Due, long Number)> _items = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _maxParallel;
    private readonly TimeProvider _clock;
    private readonly Func<T, CancellationToken, Task> _run;
    private readonly Action<Exception> _failed;
    private readonly ITimer _timer;
    private long _lastNumber;
    private int _runningCount;

    /// <param name="maxParallel">Largest number of items that run at once.</param>
    /// <param name="clock">Clock of the delays.</param>
    /// <param name="run">Runs an item, on the thread pool. It may add the item again.</param>
    /// <param name="failed">Receives an exception that <paramref name="run"/> throws.</param>
    /// <exception cref="ProblemException">The system refuses a timer.</exception>
    public DelayedWorkQueue(int maxParallel, TimeProvider clock, Func<T, CancellationToken, Task> run, Action<Exception> failed)
    {
        (_maxParallel, _clock, _run, _failed) = (maxParallel, clock, run, failed);
        _timer = Background.StartTimer(clock, StartDueItems, failed, TimerInterval, TimerInterval);
    }

    /// <summary>Adds an item. It may start at once, on another thread.</summary>
    /// <param name="item">The item.</param>
    /// <param name="delay">Time until it is due.</param>
    public void Enqueue(T item, TimeSpan delay)
    {
        lock (_gate)
        {
            _items.Enqueue(item, (_clock.GetTimestamp() + (long)(delay.TotalSeconds * _clock.TimestampFrequency), ++_lastNumber));
        }

        StartDueItems();
    }

    /// <summary>Cancels running items; no more items start.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _stop.Cancel();
    }

    private void StartDueItems()
    {
        while (true)
        {
            T item;
            lock (_gate)
            {
                if (
                    _stop.IsCancellationRequested
                    || _runningCount >= _maxParallel
                    || !_items.TryPeek(out _, out var next)
                    || next.Due > _clock.GetTimestamp()
                )
                {
                    return;
                }

                item = _items.Dequeue();
                _runningCount++;
            }

            Background.StartTask(() => RunItemAsync(item), _failed);
        }
    }

    private async Task RunItemAsync(T item)
    {
        try
        {
            await _run(item, _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _runningCount--;
            }

            StartDueItems();
        }
    }
}
