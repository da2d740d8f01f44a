using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Decides which results are looked up in the cache, and applies the outcomes.</summary>
internal sealed class CachedResultPlanner(RunModel model, RunTransitions transitions)
{
    /// <summary>Applies the outcomes of lookups. A cache hit needs no capacity; every other task or attempt waits for capacity.</summary>
    public void ApplyLookups(IReadOnlyList<CacheLookupResult> results, DateTimeOffset now)
    {
        foreach (var result in results)
        {
            var (task, attempt) = (result.Lookup.Task, result.Lookup.Attempt);
            if (result.IsDamaged)
            {
                task.CacheLookup = CacheLookupOutcome.Damaged;
            }

            if (attempt is not null)
            {
                if (result.IsHit)
                {
                    model.CachedAttempts.Enqueue(attempt);
                }
                else
                {
                    transitions.QueueIntended(attempt);
                }
            }
            else if (result.IsHit)
            {
                var cached = transitions.IntendAttempt(task, now);
                cached.Fingerprint = result.Fingerprint;
                model.CachedAttempts.Enqueue(cached);
            }
            else
            {
                QueueForOperator(task);
            }
        }
    }

    /// <summary>Queues all tasks and attempts that wait for a lookup for their operators, because the cache has no result.</summary>
    public void QueueAllForOperators()
    {
        while (model.TasksToLookUp.TryDequeue(out var task, out var rank))
        {
            if (rank == task.Rank)
            {
                QueueForOperator(task);
            }
        }

        while (model.AttemptsToLookUp.TryDequeue(out var attempt))
        {
            transitions.QueueIntended(attempt);
        }
    }

    /// <summary>Releases attempts with a cached result whose intent is durable.</summary>
    public IReadOnlyList<LiveAttempt> ReleaseCached()
    {
        if (!model.CanStart || model.CachedAttempts.Count == 0)
        {
            return [];
        }

        var released = new List<LiveAttempt>();
        while (model.CachedAttempts.TryPeek(out var attempt) && (attempt.IsDurable || attempt.State is not AttemptState.Created))
        {
            model.CachedAttempts.Dequeue();
            if (attempt is { State: AttemptState.Created, EndRequest: null })
            {
                released.Add(attempt);
            }
        }

        return released;
    }

    /// <summary>Releases lookups, first those of attempts. Tasks and attempts that cannot use the cache wait for capacity
    /// instead.</summary>
    /// <param name="max">Largest number of tasks and attempts that leave their queues.</param>
    public IReadOnlyList<CacheLookup> ReleaseLookups(int max)
    {
        if (!model.CanStart || !model.HasPendingLookups)
        {
            return [];
        }

        var lookups = new List<CacheLookup>();
        for (; max > 0 && model.AttemptsToLookUp.TryDequeue(out var attempt); max--)
        {
            // The attempt may have been found outside in the meantime, or cancelled.
            if (attempt.State is not AttemptState.Created)
            {
                continue;
            }

            if (!attempt.Task.MustRecompute && transitions.Capacity.GetLimit(attempt).IsCacheable)
            {
                lookups.Add(new CacheLookup(attempt.Task, attempt));
            }
            else
            {
                transitions.QueueIntended(attempt);
            }
        }

        for (; max > 0 && model.TasksToLookUp.TryDequeue(out var task, out var rank); max--)
        {
            // The task may have been cancelled or started again in the meantime, or is in the queue once more with its new rank.
            if (task.State != TaskState.Ready || task.LiveAttempt is not null || rank != task.Rank)
            {
                continue;
            }

            task.CacheLookup = task.MustRecompute ? CacheLookupOutcome.Forced : null;
            if (!task.MustRecompute && transitions.Capacity.GetLimit(task) is { UnroutableReason: null, IsCacheable: true })
            {
                lookups.Add(new CacheLookup(task, null));
            }
            else
            {
                QueueForOperator(task);
            }
        }

        return lookups;
    }

    private void QueueForOperator(TaskNode task) => model.ReadyByKey[task.KeyIndex].Enqueue(task);
}
