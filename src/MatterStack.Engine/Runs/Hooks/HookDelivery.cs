using System.Collections.Concurrent;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Delivers events in the background, a few at once, so that a hook that hangs or fails does not delay the run. The holder of the
/// run's lock adds events from the store and records the outcomes.</summary>
internal sealed class HookDelivery : IDisposable
{
    private const int AtOnce = 4;
    private const int MostFaults = 3;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly HookBook _book;
    private readonly HookCall _call;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly FaultLog _faults;
    private readonly PriorityQueue<OpenHook, (long Due, long Seq)> _queue = new();
    private readonly ConcurrentQueue<Change> _tried = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _idle = new(initialState: true);
    private readonly HashSet<long> _untried = [];
    private int _underWay;

    public HookDelivery(HookBook book, HookCall call, TimeProvider clock, FaultLog faults)
    {
        (_book, _call, _clock, _faults) = (book, call, clock, faults);
        _timer = Background.StartTimer(clock, Pump, Tell, Glance, Glance);
    }

    /// <summary>Number of the last event that was added.</summary>
    public long Last { get; private set; }

    public void Feed(IReadOnlyList<OpenHook> hooks)
    {
        lock (_gate)
        {
            foreach (var hook in hooks)
            {
                Last = Math.Max(Last, hook.Seq);
                _untried.Add(hook.Seq);
                _idle.Reset();
                _queue.Enqueue(hook, (_clock.GetTimestamp(), hook.Seq));
            }
        }

        Pump();
    }

    /// <summary>Takes the outcomes of deliveries since the last call.</summary>
    public IReadOnlyList<Change> Tried()
    {
        var tried = new List<Change>();
        while (_tried.TryDequeue(out var one))
        {
            tried.Add(one);
        }

        return tried;
    }

    /// <summary>Waits until each event has been tried once, at most for <paramref name="patience"/>.</summary>
    public void Finish(TimeSpan patience) => _idle.Wait(patience);

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Cancel();
    }

    private void Tell(Exception exception) => _faults.RecordWarning(exception, "delivering hooks");

    private void Pump()
    {
        while (true)
        {
            OpenHook hook;
            lock (_gate)
            {
                if (_stop.IsCancellationRequested || _underWay >= AtOnce || !_queue.TryPeek(out _, out var at) || at.Due > _clock.GetTimestamp())
                {
                    return;
                }

                hook = _queue.Dequeue();
                _underWay++;
            }

            Background.StartTask(() => TellAsync(hook), Tell);
        }
    }

    private async Task TellAsync(OpenHook hook)
    {
        string? trouble;
        bool over;
        try
        {
            (trouble, over) = await _call.TellAsync(hook, _book.Find(hook.Key, hook.Hook), _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The command ends; the next command delivers the event.
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (trouble, over) = (e.Message, false);
        }
        catch (Exception e)
        {
            // An unexpected exception may occur at every try, so the tries are limited.
            (trouble, over) = (Fault.FormatReason(_faults.RecordFault(e, $"delivering {hook.Hook}")), hook.Tries + 1 >= MostFaults);
        }

        trouble = trouble is null ? null : UntrustedText.ToLine(_call.Hide(trouble));
        var now = _clock.GetUtcNow();
        _tried.Enqueue(new Change.HookDeliveryTried(hook.Seq, trouble, over, now));
        // Record the first failure and the last one; the table counts the tries in between.
        if (trouble is not null && (over || hook.Tries == 0))
        {
            _tried.Enqueue(new Change.EventRecorded("HOOK_FAILED", null, null, null, $"{hook.Hook} of {hook.Key?.Value ?? "the run"}: {trouble}{(over ? "; it is not tried again" : "; it is tried again")}", now));
        }

        lock (_gate)
        {
            _underWay--;
            if (!over)
            {
                var pause = TimeSpan.FromSeconds(Math.Min(1L << Math.Min(hook.Tries, 10), LongestPause.TotalSeconds));
                _queue.Enqueue(hook with { Tries = hook.Tries + 1 }, (_clock.GetTimestamp() + (long)(pause.TotalSeconds * _clock.TimestampFrequency), hook.Seq));
            }

            _untried.Remove(hook.Seq);
            if (_untried.Count == 0)
            {
                _idle.Set();
            }
        }

        Pump();
    }
}
