namespace MatterStack.Engine.Campaigns;

/// <summary>One iteration.</summary>
/// <typeparam name="TState">The campaign's state.</typeparam>
/// <param name="Tasks">The planned tasks.</param>
/// <param name="Results">The results of the tasks.</param>
/// <param name="State">The state that <c>Analyze</c> returned; null if the iteration failed.</param>
public sealed record CampaignIteration<TState>(IReadOnlyList<CampaignTask> Tasks, TaskResults Results, TState? State)
    where TState : class;
