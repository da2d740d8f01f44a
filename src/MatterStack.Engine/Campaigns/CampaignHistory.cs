namespace MatterStack.Engine.Campaigns;

/// <summary>What a campaign did under a <see cref="CampaignHarness"/>.</summary>
/// <typeparam name="TState">The campaign's state.</typeparam>
/// <param name="Iterations">Its iterations, first one first.</param>
/// <param name="Finished">Whether it ended by itself; false if a task failed that was not allowed to, as it would fail a run.</param>
public sealed record CampaignHistory<TState>(IReadOnlyList<CampaignIteration<TState>> Iterations, bool Finished)
    where TState : class
{
    /// <summary>What it knew at the end; null if nothing was analyzed.</summary>
    public TState? State => Iterations.LastOrDefault(i => i.State is not null)?.State;
}

/// <summary>One iteration.</summary>
/// <typeparam name="TState">The campaign's state.</typeparam>
/// <param name="Tasks">What was planned.</param>
/// <param name="Results">What came out.</param>
/// <param name="State">What was made of it; null if the iteration failed.</param>
public sealed record CampaignIteration<TState>(IReadOnlyList<CampaignTask> Tasks, TaskResults Results, TState? State)
    where TState : class;
