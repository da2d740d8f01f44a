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

    /// <summary>Decides what follows a failed attempt. It is called once for each attempt that failed, also for tasks that the project
    /// declares as items, and its answer is recorded together with the end of the attempt.</summary>
    /// <param name="task">The task as it is now: with the changes of earlier answers and of people.</param>
    /// <param name="ended">The failed attempt. Its files are in <see cref="TaskAttempt.Folder"/>.</param>
    /// <returns>The task for the next attempt, for example <c>task with { MemoryGb = 64 }</c>; it is made whatever <c>MaxAttempts</c> and
    /// <c>RetryOn</c> say, at most 50 times for a task. <c>null</c>: the metadata of the task decide. An answer may change the command, the
    /// environment, the requested resources, <c>Uses</c>, and the metadata about further attempts; another change, or an exception, is
    /// reported as a warning, and the metadata decide.</returns>
    /// <remarks>A new instance is asked each time, without the state of the campaign.</remarks>
    public virtual CampaignTask? OnFailed(CampaignTask task, TaskAttempt ended) => null;

    CampaignAnswer ICampaignSteps.PlanFirst() => new(null, Plan());

    CampaignAnswer ICampaignSteps.AnalyzeAndPlan(string? state, TaskResults results, IStateSerializer serializer) => new(null, null);
}
