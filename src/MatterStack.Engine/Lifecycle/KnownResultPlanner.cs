using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>Applies outcomes of cache lookups to the model, as <see cref="TickPlanner"/> applies facts, and adds the changes.</summary>
internal sealed class KnownResultPlanner(RunModel model, TickPlanner planner)
{
    /// <summary>Whether tasks wait for a cache lookup.</summary>
    public bool HasUnasked => model.Unasked.Count + model.UnaskedAttempts.Count > 0;

    /// <summary>Cache hit: intends an attempt that needs no capacity.</summary>
    public LiveAttempt Intend(TaskNode task, (Sha256 Wiring, Sha256 Operator) wiring, FingerprintRecord fingerprint, DateTimeOffset now)
    {
        var attempt = planner.IntendAttempt(task, wiring, now);
        attempt.Fingerprint = fingerprint;
        model.Known.Enqueue(attempt);
        return attempt;
    }

    /// <summary>Cache miss, or no lookup: the ready task waits for capacity.</summary>
    public void LeaveToOperator(TaskNode task) => model.Ready[task.Key].Enqueue(task, task.Seq);

    /// <inheritdoc cref="LeaveToOperator(TaskNode)"/>
    public void LeaveToOperator(LiveAttempt attempt) => model.Waiting[attempt.Task.Key].Enqueue(attempt);

    /// <summary>No cache is used: all tasks that wait for a lookup wait for capacity instead.</summary>
    public void LeaveAllToOperators()
    {
        while (model.Unasked.TryDequeue(out var task, out _))
        {
            LeaveToOperator(task);
        }

        while (model.UnaskedAttempts.TryDequeue(out var attempt))
        {
            LeaveToOperator(attempt);
        }
    }

    /// <summary>Releases attempts with a cached result whose intent is durable.</summary>
    public IReadOnlyList<LiveAttempt> Release()
    {
        var released = new List<LiveAttempt>();
        while (model.MayStart && model.Known.TryPeek(out var attempt) && (attempt.Durable || attempt.State is not AttemptState.Created))
        {
            model.Known.Dequeue();
            if (attempt is { State: AttemptState.Created, EndAsked: null })
            {
                released.Add(attempt);
            }
        }

        return released;
    }
}
