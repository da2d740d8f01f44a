using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Answer of a campaign, in types of the engine only.</summary>
/// <param name="State">Its state as JSON; null if it keeps none.</param>
/// <param name="Tasks">Tasks of the next workflow, checked one by one; null if the campaign is finished.</param>
/// <param name="PlannedAt">Position of its Plan method, if known.</param>
internal sealed record CheckedAnswer(string? State, IReadOnlyList<CampaignTask>? Tasks, SourcePosition? PlannedAt)
{
    /// <summary>Whether the class is asked about failed attempts.</summary>
    public bool HandlesFailures { get; init; }
}
