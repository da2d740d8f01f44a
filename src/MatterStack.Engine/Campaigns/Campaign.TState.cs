namespace MatterStack.Engine.Campaigns;

/// <summary>Base class of a campaign that plans, analyzes the results, and plans again. MatterStack finds the derived class in the campaign
/// project.</summary>
/// <typeparam name="TState">State that the campaign keeps between iterations, stored as JSON with <c>System.Text.Json</c> (public
/// properties and fields) in the run's <c>state.sqlite</c>.</typeparam>
/// <remarks>
/// It needs a constructor without parameters. Both methods must be deterministic: after an interruption a tick repeats them with the same
/// arguments.
/// Only the state is kept: each iteration has a new instance and new static fields. Random numbers come from a <see cref="SeededRandom"/>
/// in the state.
/// Both methods run with the invariant culture.
/// </remarks>
public abstract class Campaign<TState> : ICampaignSteps
    where TState : class
{
    /// <summary>Returns the workflow of the next iteration; <c>null</c> if the campaign is finished.</summary>
    /// <param name="state">The state that <see cref="Analyze"/> returned last; <c>null</c> before the first iteration. This method must not
    /// change it.</param>
    /// <returns>At least one task. Ids are unique in the whole run; tasks may depend on tasks of earlier iterations and receive their
    /// outputs.</returns>
    public abstract Workflow? Plan(TState? state);

    /// <summary>Returns the state after an iteration. It is called when all tasks of the iteration have ended and no task without
    /// <c>AllowFailure</c> has failed.</summary>
    /// <param name="state">The state that the last call returned; <c>null</c> at the first call.</param>
    /// <param name="results">The results of the iteration's tasks, in planned order; items of the project come first.</param>
    public abstract TState Analyze(TState? state, TaskResults results);

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

    CampaignAnswer ICampaignSteps.PlanFirst() => new(null, Plan(null));

    CampaignAnswer ICampaignSteps.AnalyzeAndPlan(string? state, TaskResults results, IStateSerializer serializer)
    {
        var stored = serializer.Write(Analyze(state is null ? null : serializer.Read<TState>(state), results));
        // Plan from the state as it will be read back, so that a repeated tick plans the same.
        var planning = serializer.Read<TState>(stored);
        var next = Plan(planning);
        serializer.ExpectUnchanged(stored, planning);
        return new(stored, next);
    }
}
