using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>What a conductor needs to tell others: what is due is recorded with the changes it tells of, and delivered after that.</summary>
internal sealed class HookDesk(HookPlanner planner, HookDelivery delivery) : IDisposable
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
    public IReadOnlyList<Change> With(IReadOnlyList<Change> changes) => [.. changes, .. planner.Of(changes), .. delivery.Tried()];

    /// <inheritdoc cref="HookPlanner.OfPeople"/>
    public Change? OfPeople(WiringLimits limits, DateTimeOffset at) => planner.OfPeople(limits, at);

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
}
