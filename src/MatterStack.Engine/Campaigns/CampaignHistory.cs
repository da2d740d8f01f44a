namespace MatterStack.Engine.Campaigns;

/// <summary>Iterations of a campaign that ran in a <see cref="CampaignHarness"/>.</summary>
/// <typeparam name="TState">The campaign's state.</typeparam>
/// <param name="Iterations">The iterations, in order.</param>
/// <param name="Finished">Whether the campaign ended by itself; false if a task without <c>AllowFailure</c> failed, which would fail a
/// run.</param>
public sealed record CampaignHistory<TState>(IReadOnlyList<CampaignIteration<TState>> Iterations, bool Finished)
    where TState : class
{
    /// <summary>The last state; null if no iteration was analyzed.</summary>
    public TState? State => Iterations.LastOrDefault(i => i.State is not null)?.State;
}

/// <summary>One iteration.</summary>
/// <typeparam name="TState">The campaign's state.</typeparam>
/// <param name="Tasks">The planned tasks.</param>
/// <param name="Results">The results of the tasks.</param>
/// <param name="State">The state that <c>Analyze</c> returned; null if the iteration failed.</param>
public sealed record CampaignIteration<TState>(IReadOnlyList<CampaignTask> Tasks, TaskResults Results, TState? State)
    where TState : class;
