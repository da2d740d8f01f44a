using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Outbox of a conductor's hooks: due events are recorded together with the changes that they report, and delivered
/// afterwards.</summary>
internal sealed class HookDesk(HookPlanner planner, HookDelivery delivery, FaultLog faults) : IDisposable
{
    // Time that an ending command waits for deliveries; the next command delivers the rest.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    /// <summary>Starts to deliver events that earlier commands could not deliver.</summary>
    public void Begin(RunStore store)
    {
        planner.Began();
        delivery.Feed(store.OpenHooks(delivery.Last));
    }

    /// <summary>Adds the due events of changes, and outcomes of deliveries, to these changes.</summary>
    public IReadOnlyList<Change> With(IReadOnlyList<Change> changes) => [.. changes, .. Due(changes), .. delivery.Tried()];

    /// <inheritdoc cref="HookPlanner.OfPeople"/>
    public Change? OfPeople(WiringLimits limits, DateTimeOffset at)
    {
        try
        {
            return planner.OfPeople(limits, at);
        }
        catch (Exception e)
        {
            faults.RecordWarning(e, "deciding which hooks are due");
            return null;
        }
    }

    /// <summary>Starts to deliver events that have just been recorded.</summary>
    public void Recorded(IReadOnlyList<Change> changes, RunStore store)
    {
        if (changes.Any(c => c is Change.HookDue))
        {
            delivery.Feed(store.OpenHooks(delivery.Last));
        }
    }

    /// <summary>Waits a short time for running deliveries and returns their outcomes.</summary>
    public IReadOnlyList<Change> Finish()
    {
        delivery.Finish(Moment);
        return delivery.Tried();
    }

    public void Dispose() => delivery.Dispose();

    // A failure of a hook must not stop the run.
    private List<Change> Due(IReadOnlyList<Change> changes)
    {
        try
        {
            return [.. planner.Of(changes)];
        }
        catch (Exception e)
        {
            faults.RecordWarning(e, "deciding which hooks are due");
            return [];
        }
    }
}
