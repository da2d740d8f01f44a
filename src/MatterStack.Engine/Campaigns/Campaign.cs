using MatterStack.Engine.Campaigns.Loading;

namespace MatterStack.Engine.Campaigns;

/// <summary>A campaign that knows its whole workflow from the start. A class of the campaign project derives from it and is found by itself.</summary>
/// <remarks>It needs a constructor without parameters. <see cref="Plan"/> must be deterministic: the same program gives the same workflow.</remarks>
public abstract class Campaign : ICampaignSteps
{
    /// <summary>What is to be done. <c>CampaignTask</c> items of the project, if there are any, belong to the same workflow.</summary>
    /// <returns>At least one task, unless the project declares items.</returns>
    public abstract Workflow Plan();

    CampaignAnswer ICampaignSteps.First() => new(null, Plan());

    CampaignAnswer ICampaignSteps.Next(string? state, TaskResults results) => new(null, null);
}
