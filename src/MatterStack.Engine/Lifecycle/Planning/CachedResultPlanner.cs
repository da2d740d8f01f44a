using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies outcomes of cache lookups to the model, as <see cref="TickPlanner"/> applies facts, and adds the changes.</summary>
internal sealed class CachedResultPlanner(RunModel model, TickPlanner planner)
{
    /// <summary>Whether tasks wait for a cache lookup.</summary>
    public bool HasPendingLookups => model.TasksToLookUp.Count + model.AttemptsToLookUp.Count > 0;

    /// <summary>Cache hit: intends an attempt that needs no capacity.</summary>
    public LiveAttempt IntendCached(TaskNode task, (Sha256 Wiring, Sha256 Operator) wiring, FingerprintRecord fingerprint, DateTimeOffset now)
    {
        var attempt = planner.IntendAttempt(task, wiring, now);
        attempt.Fingerprint = fingerprint;
        model.CachedAttempts.Enqueue(attempt);
        return attempt;
    }

    /// <summary>Cache miss, or no lookup: the ready task waits for capacity.</summary>
    public void QueueForOperator(TaskNode task) => model.ReadyByKey[task.KeyIndex].Enqueue(task, task.Position);

    /// <inheritdoc cref="QueueForOperator(TaskNode)"/>
    public void QueueForOperator(LiveAttempt attempt) => model.IntendedByKey[attempt.Task.KeyIndex].Enqueue(attempt);

    /// <summary>No cache is used: all tasks that wait for a lookup wait for capacity instead.</summary>
    public void QueueAllForOperators()
    {
        while (model.TasksToLookUp.TryDequeue(out var task, out _))
        {
            QueueForOperator(task);
        }

        while (model.AttemptsToLookUp.TryDequeue(out var attempt))
        {
            QueueForOperator(attempt);
        }
    }

    /// <summary>Releases attempts with a cached result whose intent is durable.</summary>
    public IReadOnlyList<LiveAttempt> ReleaseCached()
    {
        var released = new List<LiveAttempt>();
        while (model.CanStart && model.CachedAttempts.TryPeek(out var attempt) && (attempt.IsDurable || attempt.State is not AttemptState.Created))
        {
            model.CachedAttempts.Dequeue();
            if (attempt is { State: AttemptState.Created, EndRequest: null })
            {
                released.Add(attempt);
            }
        }

        return released;
    }
}
