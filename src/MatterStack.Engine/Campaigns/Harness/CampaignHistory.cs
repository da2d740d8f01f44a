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
