using MatterStack.Engine.Campaigns.Loading;

namespace MatterStack.Engine.Campaigns;

/// <summary>A campaign that plans, looks at what came out, and plans again. A class of the campaign project derives from it and is found by itself.</summary>
/// <typeparam name="TState">What it remembers from one iteration to the next; stored as JSON with <c>System.Text.Json</c> (public properties and fields) in the run's <c>state.sqlite</c>.</typeparam>
/// <remarks>
/// It needs a constructor without parameters. Both methods must be deterministic given their arguments: a tick that was interrupted between them is repeated.
/// Nothing else is kept: each iteration has a new instance, also of static fields. Random numbers come from a <see cref="SeededRandom"/> in the state.
/// Both run with the invariant culture.
/// </remarks>
public abstract class Campaign<TState> : ICampaignSteps
    where TState : class
{
    /// <summary>The workflow of the next iteration; <c>null</c> if the campaign is finished.</summary>
    /// <param name="state">What <see cref="Analyze"/> returned last; <c>null</c> before the first iteration. It must not be changed here.</param>
    /// <returns>At least one task. Ids are unique in the whole run; tasks may depend on tasks of earlier iterations and get their outputs.</returns>
    public abstract Workflow? Plan(TState? state);

    /// <summary>What the campaign knows after an iteration; called when all its tasks have ended and none failed that was not allowed to.</summary>
    /// <param name="state">What the last call returned; <c>null</c> at the first.</param>
    /// <param name="results">The tasks of the iteration that has ended, in the order in which they were planned; items of the project come first.</param>
    public abstract TState Analyze(TState? state, TaskResults results);

    CampaignAnswer ICampaignSteps.First() => new(null, Plan(null));

    CampaignAnswer ICampaignSteps.Next(string? state, TaskResults results)
    {
        var json = new StateJson<TState>(results.JsonOptions);
        var stored = json.Write(Analyze(state is null ? null : json.Read(state), results));
        // Planned from what will be read back, so that a tick that is repeated plans the same.
        var planning = json.Read(stored);
        var next = Plan(planning);
        json.ExpectUnchanged(stored, planning);
        return new(stored, next);
    }
}
