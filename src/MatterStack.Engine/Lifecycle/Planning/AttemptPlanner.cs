using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Intends attempts for ready tasks, and releases them to their operators within the capacity.</summary>
internal sealed class AttemptPlanner(RunModel model, RunTransitions transitions)
{
    private Capacity Capacity => transitions.Capacity;

    /// <summary>Whether an attempt could be released at once if its intent were durable.</summary>
    public bool NeedsCommitToStart =>
        (model.CachedAttempts.TryPeek(out var cached) && IsUnrecorded(cached))
        || model.IntendedWithNeeds.Exists(attempt => attempt.HoldsCapacity && IsUnrecorded(attempt))
        || model.IntendedByKey.Any(queue =>
            queue.TryPeek(out var first) && IsUnrecorded(first) && (first.HoldsCapacity || Capacity.Fits(first.Task))
        );

    /// <summary>Begins a new pass over the tasks that wait for memory, accelerators and named resources. Intended attempts get theirs
    /// first, then ready tasks that precede all intended attempts of their key.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="mayIntend">Whether attempts may be intended.</param>
    public void ReserveForNeeds(DateTimeOffset now, bool mayIntend)
    {
        Capacity.BeginPass();
        if (!model.CanStart)
        {
            return;
        }

        if (model.IntendedWithNeeds.Count > 0)
        {
            model.IntendedWithNeeds.RemoveAll(static attempt => !CanBeReleased(attempt));
            // The end of an attempt may remove it from the list.
            foreach (var attempt in model.IntendedWithNeeds.Where(static attempt => !attempt.HoldsCapacity).ToArray())
            {
                ReserveIntended(attempt, now);
            }
        }

        if (!mayIntend)
        {
            return;
        }

        for (var key = 0; key < model.Keys.Count; key++)
        {
            if (model.ReadyByKey[key].HasGroups)
            {
                IntendReadyTasks(key, now, onlyNeeds: true);
            }
        }
    }

    /// <summary>Intends attempts for ready tasks: as many as the capacity allows, and <see cref="KeyLimit.IntendAhead"/> more.</summary>
    public void IntendReadyTasks(DateTimeOffset now)
    {
        if (!model.CanStart)
        {
            return;
        }

        for (var key = 0; key < model.Keys.Count; key++)
        {
            IntendReadyTasks(key, now, onlyNeeds: false);
        }

        foreach (var ready in model.ReadyByKey)
        {
            ready.RestoreSkipped();
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

        if (model.IntendedWithNeeds.Count > 0)
        {
            released.AddRange(model.IntendedWithNeeds.Where(static a => CanBeReleased(a) && a is { HoldsCapacity: true, IsDurable: true }));
            model.IntendedWithNeeds.RemoveAll(static a => !CanBeReleased(a) || a is { HoldsCapacity: true, IsDurable: true });
        }

        foreach (var waiting in model.IntendedByKey)
        {
            while (waiting.TryPeek(out var attempt))
            {
                if (CanBeReleased(attempt))
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

    private void IntendReadyTasks(int key, DateTimeOffset now, bool onlyNeeds)
    {
        var limit = Capacity.Limits.Keys[key];
        var ready = model.ReadyByKey[key];
        // Attempts of an earlier command still need capacity; attempts intended from here on reserve theirs at once.
        var owed = limit.IntendAhead == 0 && model.IntendedByKey[key].Any(a => !a.HoldsCapacity);
        while (ready.TryPeek(out var task))
        {
            // The task was cancelled or reopened while it was in the queue.
            if (task.State != TaskState.Ready || task.LiveAttempt is not null)
            {
                ready.Dequeue();
                continue;
            }

            var hasNeeds = Capacity.HasNeeds(task);
            if (onlyNeeds && (!hasNeeds || (model.IntendedByKey[key].TryPeek(out var first) && first.Task.Position < task.Position)))
            {
                break;
            }

            if ((limit.UnroutableReason ?? Capacity.FindTooLargeReason(task)) is { } why)
            {
                ready.Dequeue();
                transitions.FailTask(task, why, now);
                continue;
            }

            // An operator without its own queue gets only as many attempts as it has capacity for.
            var mustFit = hasNeeds || limit.IntendAhead == 0;
            if (mustFit ? owed || !Capacity.Fits(task) : model.IntendedByKey[key].Count >= limit.IntendAhead)
            {
                break;
            }

            if (hasNeeds && !Capacity.FitsNeedsInTurn(task))
            {
                ready.SkipGroup();
                continue;
            }

            ready.Dequeue();
            var attempt = transitions.IntendAttempt(task, now);
            model.AddIntended(attempt, hasNeeds);
            if (mustFit)
            {
                transitions.ReserveCapacity(attempt, now);
            }
        }
    }

    private void ReserveIntended(LiveAttempt attempt, DateTimeOffset now)
    {
        if (Capacity.FindTooLargeReason(attempt.Task) is { } why)
        {
            transitions.EndAttempt(
                attempt,
                new AttemptState.Ended(AttemptOutcome.FailedInit, why, null, EndCause.NotStarted),
                null,
                now,
                isPermanent: true
            );
        }
        else if (Capacity.Fits(attempt.Task) && Capacity.FitsNeedsInTurn(attempt.Task))
        {
            transitions.ReserveCapacity(attempt, now);
        }
    }

    // Others were found outside after a crash, may be outside, or have an end request.
    private static bool CanBeReleased(LiveAttempt attempt) =>
        attempt is { State: AttemptState.Created, UnreachableReason: null, EndRequest: null };

    private static bool IsUnrecorded(LiveAttempt attempt) => attempt is { IsDurable: false, State: AttemptState.Created };
}
