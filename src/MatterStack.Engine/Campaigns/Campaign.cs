namespace MatterStack.Engine.Campaigns;

/// <summary>Base class of a campaign that knows its whole workflow from the start. MatterStack finds the derived class in the campaign
/// project.</summary>
/// <remarks>It needs a constructor without parameters. <see cref="Plan"/> must be deterministic: the same program gives the same
/// workflow.</remarks>
public abstract class Campaign : ICampaignSteps
{
    /// <summary>Returns the workflow. <c>CampaignTask</c> items of the project belong to the same workflow.</summary>
    /// <returns>At least one task, unless the project declares items.</returns>
    public abstract Workflow Plan();

    CampaignAnswer ICampaignSteps.PlanFirst() => new(null, Plan());

    CampaignAnswer ICampaignSteps.AnalyzeAndPlan(string? state, TaskResults results, IStateSerializer serializer) => new(null, null);
}
