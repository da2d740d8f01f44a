using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Delivers events in the background, a few at once, so that a hook that hangs or fails does not delay the run. The holder of the
/// run's lock adds events from the store and records the outcomes.</summary>
internal sealed class HookDispatcher : IDisposable
{
    private const int MaxParallel = 4;
    private const int MaxFaults = 3;
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    private readonly Lock _gate = new();
    private readonly HookSettings _settings;
    private readonly HookSender _sender;
    private readonly TimeProvider _clock;
    private readonly FaultLog _faults;
    private readonly DelayedWorkQueue<PendingHook> _queue;
    private readonly ConcurrentQueue<Change> _outcomes = new();
    private readonly ManualResetEventSlim _idle = new(initialState: true);
    private readonly HashSet<long> _untried = [];

    public HookDispatcher(HookSettings book, HookSender call, TimeProvider clock, FaultLog faults)
    {
        (_settings, _sender, _clock, _faults) = (book, call, clock, faults);
        _queue = new DelayedWorkQueue<PendingHook>(MaxParallel, clock, DeliverHookAsync, e => faults.RecordWarning(e, "delivering hooks"));
    }

    /// <summary>Number of the last event that was added.</summary>
    public long LastEnqueuedSeq { get; private set; }

    public void EnqueueHooks(IReadOnlyList<PendingHook> hooks)
    {
        lock (_gate)
        {
            foreach (var hook in hooks)
            {
                LastEnqueuedSeq = Math.Max(LastEnqueuedSeq, hook.Seq);
                _untried.Add(hook.Seq);
                _idle.Reset();
                _queue.Enqueue(hook, TimeSpan.Zero);
            }
        }
    }

    /// <summary>Takes the outcomes of deliveries since the last call.</summary>
    public IReadOnlyList<Change> DrainOutcomes()
    {
        var tried = new List<Change>();
        while (_outcomes.TryDequeue(out var one))
        {
            tried.Add(one);
        }

        return tried;
    }

    /// <summary>Waits until each event has been tried once, at most for <paramref name="patience"/>.</summary>
    public void WaitForFirstTries(TimeSpan patience) => _idle.Wait(patience);

    public void Dispose() => _queue.Dispose();

    private async Task DeliverHookAsync(PendingHook hook, CancellationToken stop)
    {
        string? trouble;
        bool over;
        try
        {
            (trouble, over) = await _sender.SendEventAsync(hook, _settings.FindHook(hook.Key, hook.Hook), stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The command ends; the next command delivers the event.
            return;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            (trouble, over) = (e.Message, false);
        }
        catch (Exception e)
        {
            // An unexpected exception may occur at every try, so the tries are limited.
            (trouble, over) = (Fault.FormatReason(_faults.RecordFault(e, $"delivering {hook.Hook}")), hook.TryCount + 1 >= MaxFaults);
        }

        trouble = trouble is null ? null : UntrustedText.ToLine(_sender.RedactSecrets(trouble));
        var now = _clock.GetUtcNow();
        _outcomes.Enqueue(new Change.HookDeliveryTried(hook.Seq, trouble, over, now));
        // Record the first failure and the last one; the table counts the tries in between.
        if (trouble is not null && (over || hook.TryCount == 0))
        {
            _outcomes.Enqueue(
                new Change.EventRecorded(
                    EventKinds.HookFailed,
                    null,
                    null,
                    null,
                    $"{hook.Hook} of {hook.Key?.Value ?? "the run"}: {trouble}{(over ? "; it is not tried again" : "; it is tried again")}",
                    now
                )
            );
        }

        lock (_gate)
        {
            if (!over)
            {
                _queue.Enqueue(hook with { TryCount = hook.TryCount + 1 }, Retries.GetPause(hook.TryCount));
            }

            _untried.Remove(hook.Seq);
            if (_untried.Count == 0)
            {
                _idle.Set();
            }
        }
    }
}
