using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Intends attempts for ready tasks, and releases them to their operators within the capacity.</summary>
internal sealed class AttemptPlanner(RunModel model, RunTransitions transitions)
{
    private Capacity Capacity => transitions.Capacity;

    /// <summary>Whether an attempt could be released at once if its intent were durable.</summary>
    public bool NeedsCommitToStart =>
        (model.CachedAttempts.TryPeek(out var cached) && IsUnrecorded(cached))
        || model.IntendedByKey.Any(queue =>
            queue.TryPeek(out var first) && IsUnrecorded(first) && (first.HoldsCapacity || Capacity.Fits(first.Task))
        );

    /// <summary>Intends attempts for ready tasks: as many as the capacity allows, and <see cref="KeyLimit.IntendAhead"/> more.</summary>
    public void IntendReadyTasks(DateTimeOffset now)
    {
        if (!model.CanStart)
        {
            return;
        }

        for (var key = 0; key < model.Keys.Count; key++)
        {
            var limit = Capacity.Limits.Keys[key];
            var ready = model.ReadyByKey[key];
            // Attempts of an earlier command still need capacity; attempts intended from here on reserve theirs at once.
            var owed = limit.IntendAhead == 0 && model.IntendedByKey[key].Any(a => !a.HoldsCapacity);
            while (ready.TryPeek(out var task, out _))
            {
                // The task was cancelled or reopened while it was in the queue.
                if (task.State != TaskState.Ready || task.LiveAttempt is not null)
                {
                    ready.Dequeue();
                    continue;
                }

                if ((limit.UnroutableReason ?? Capacity.FindTooLargeReason(task)) is { } why)
                {
                    ready.Dequeue();
                    transitions.FailTask(task, why, now);
                    continue;
                }

                // An operator without its own queue gets only as many attempts as it has capacity for.
                if (limit.IntendAhead > 0 ? model.IntendedByKey[key].Count >= limit.IntendAhead : owed || !Capacity.Fits(task))
                {
                    break;
                }

                ready.Dequeue();
                var attempt = transitions.IntendAttempt(task, now);
                model.IntendedByKey[key].Enqueue(attempt);
                if (limit.IntendAhead == 0)
                {
                    Capacity.Reserve(attempt);
                }
            }
        }
    }

    /// <summary>Releases intended attempts that are durable and have capacity.</summary>
    public IReadOnlyList<LiveAttempt> ReleaseIntended()
    {
        var released = new List<LiveAttempt>();
        if (!model.CanStart)
        {
            return released;
        }

        foreach (var waiting in model.IntendedByKey)
        {
            while (waiting.TryPeek(out var attempt))
            {
                // Skip attempts that were found outside after a crash, may be outside, or have an end request.
                if (attempt is { State: AttemptState.Created, UnreachableReason: null, EndRequest: null })
                {
                    if (!attempt.IsDurable || (!attempt.HoldsCapacity && !Capacity.Fits(attempt.Task)))
                    {
                        break;
                    }

                    Capacity.Reserve(attempt);
                    released.Add(attempt);
                }

                waiting.Dequeue();
            }
        }

        return released;
    }

    private static bool IsUnrecorded(LiveAttempt attempt) => attempt is { IsDurable: false, State: AttemptState.Created };
}
