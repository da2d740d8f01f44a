using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>What a conductor needs to tell others: what is due is recorded with the changes it tells of, and delivered after that.</summary>
internal sealed class HookDesk(HookPlanner planner, HookDelivery delivery, FaultLog faults) : IDisposable
{
    // A command that is about to leave gives it a moment; what is not delivered then is delivered by the next.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(5);

    /// <summary>Takes up what earlier commands could not deliver.</summary>
    public void Begin(RunStore store)
    {
        planner.Began();
        delivery.Feed(store.OpenHooks(delivery.Last));
    }

    /// <summary>Changes with what is to be told of them, and with what became of what was told.</summary>
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
            faults.Warn(e, "deciding which hooks are due");
            return null;
        }
    }

    /// <summary>Delivers what has just been recorded.</summary>
    public void Recorded(IReadOnlyList<Change> changes, RunStore store)
    {
        if (changes.Any(c => c is Change.HookDue))
        {
            delivery.Feed(store.OpenHooks(delivery.Last));
        }
    }

    /// <summary>Gives what is under way a moment; returns what became of it.</summary>
    public IReadOnlyList<Change> Finish()
    {
        delivery.Finish(Moment);
        return delivery.Tried();
    }

    public void Dispose() => delivery.Dispose();

    // A hook is never worth the run.
    private List<Change> Due(IReadOnlyList<Change> changes)
    {
        try
        {
            return [.. planner.Of(changes)];
        }
        catch (Exception e)
        {
            faults.Warn(e, "deciding which hooks are due");
            return [];
        }
    }
}
