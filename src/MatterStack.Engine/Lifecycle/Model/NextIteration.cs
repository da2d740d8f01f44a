using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Answer of a campaign about an ended iteration.</summary>
/// <param name="State">State of the campaign, as JSON.</param>
/// <param name="Tasks">Tasks of the next iteration; null if the campaign is finished.</param>
internal sealed record NextIteration(string? State, IReadOnlyList<PlannedTask>? Tasks);
