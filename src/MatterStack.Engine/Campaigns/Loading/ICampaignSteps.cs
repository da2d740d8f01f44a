namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Both kinds of campaign classes as the engine asks them.</summary>
internal interface ICampaignSteps
{
    /// <summary>The first workflow.</summary>
    CampaignAnswer First();

    /// <summary>What follows from an iteration.</summary>
    /// <param name="state">What the iteration before ended with, as JSON; null at the first.</param>
    /// <param name="results">What came out of the iteration.</param>
    CampaignAnswer Next(string? state, TaskResults results);
}

/// <summary>What a campaign class said.</summary>
/// <param name="State">Its state as JSON; null if it keeps none.</param>
/// <param name="Workflow">The next workflow; null if it is finished.</param>
internal sealed record CampaignAnswer(string? State, Workflow? Workflow);
