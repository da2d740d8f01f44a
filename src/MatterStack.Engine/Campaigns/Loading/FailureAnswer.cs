using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Answer of a campaign class about a failed attempt.</summary>
/// <param name="Task">The checked task of the next attempt; null: the metadata of the task decide.</param>
/// <param name="Warning">Why the class has no usable answer; null if it has one.</param>
internal sealed record FailureAnswer(CampaignTask? Task, Problem? Warning);
