using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Outbox of a conductor's hooks: due events are recorded together with the changes that they report, and delivered
/// afterwards.</summary>
internal sealed class HookOutbox(RunStore store, HookPlanner planner, HookDispatcher delivery, FaultLog faults) : IDisposable
{
    // Time that an ending command waits for deliveries; the next command delivers the rest.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Starts to deliver events that earlier commands could not deliver.</summary>
    public void ResumeDelivery()
    {
        planner.MarkCurrentWaits();
        delivery.EnqueueHooks(store.ReadPendingHooks(delivery.LastEnqueuedSeq));
    }

    /// <summary>Adds the due events of changes, and outcomes of deliveries, to these changes.</summary>
    public IReadOnlyList<Change> AddDueEvents(IReadOnlyList<Change> changes) =>
        [.. changes, .. PlanDueEvents(changes), .. delivery.DrainOutcomes()];

    /// <inheritdoc cref="HookPlanner.PlanWaitingEvent"/>
    public Change? PlanWaitingEvent(WiringLimits limits, DateTimeOffset at)
    {
        try
        {
            return planner.PlanWaitingEvent(limits, at);
        }
        catch (Exception e)
        {
            faults.RecordWarning(e, "deciding which hooks are due");
            return null;
        }
    }

    /// <summary>Starts to deliver events that have just been recorded.</summary>
    public void DeliverRecorded(IReadOnlyList<Change> changes)
    {
        if (changes.Any(c => c is Change.HookDue))
        {
            delivery.EnqueueHooks(store.ReadPendingHooks(delivery.LastEnqueuedSeq));
        }
    }

    /// <summary>Waits a short time for running deliveries and returns their outcomes.</summary>
    public IReadOnlyList<Change> FinishDelivery()
    {
        delivery.WaitForFirstTries(ShutdownTimeout);
        return delivery.DrainOutcomes();
    }

    public void Dispose() => delivery.Dispose();

    // A failure of a hook must not stop the run.
    private List<Change> PlanDueEvents(IReadOnlyList<Change> changes)
    {
        try
        {
            return [.. planner.PlanEvents(changes)];
        }
        catch (Exception e)
        {
            faults.RecordWarning(e, "deciding which hooks are due");
            return [];
        }
    }
}
