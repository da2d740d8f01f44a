using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Lifecycle;

/// <summary>What a campaign says follows from an iteration.</summary>
/// <param name="State">What it knows now, as JSON.</param>
/// <param name="Tasks">Tasks of the next iteration; null if it is finished.</param>
internal sealed record NextIteration(string? State, IReadOnlyList<PlannedTask>? Tasks);
