namespace MatterStack.Engine.Campaigns;

/// <summary>Calls of the engine to both kinds of campaign classes.</summary>
internal interface ICampaignSteps
{
    /// <summary>Returns the first workflow.</summary>
    CampaignAnswer PlanFirst();

    /// <summary>Returns the state and the workflow after an iteration.</summary>
    /// <param name="state">State after the previous iteration, as JSON; null for the first iteration.</param>
    /// <param name="results">Results of the iteration.</param>
    /// <param name="serializer">Writes and reads the state.</param>
    CampaignAnswer AnalyzeAndPlan(string? state, TaskResults results, IStateSerializer serializer);

    /// <summary>Returns the task for the attempt that follows a failed one; null if the metadata of the task decide.</summary>
    /// <param name="task">The task.</param>
    /// <param name="ended">The failed attempt.</param>
    CampaignTask? OnFailed(CampaignTask task, TaskAttempt ended);
}
