namespace MatterStack.Engine.Campaigns;

/// <summary>Answer of a campaign class.</summary>
/// <param name="State">Its state as JSON; null if it keeps none.</param>
/// <param name="Workflow">The next workflow; null if the campaign is finished.</param>
internal sealed record CampaignAnswer(string? State, Workflow? Workflow);
