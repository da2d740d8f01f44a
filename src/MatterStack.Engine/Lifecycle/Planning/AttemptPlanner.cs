using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Intends attempts for ready tasks, and releases them to their operators within the capacity.</summary>
internal sealed class AttemptPlanner(RunModel model, RunTransitions transitions)
{
    // One round of a loop makes them.
    private const int MaxAwaitedLookups = 256;

    private Capacity Capacity => transitions.Capacity;

    /// <summary>Whether an attempt could be released at once if its intent were durable.</summary>
    public bool NeedsCommitToStart =>
        (model.CachedAttempts.TryPeek(out var cached) && IsUnrecorded(cached))
        || model.IntendedWithNeeds.Exists(attempt => attempt.HoldsCapacity && IsUnrecorded(attempt))
        || model.IntendedByKey.Any(queue =>
            queue.TryPeek(out var first)
            && (IsUnrecorded(first) || IsPrecededByLookup(first))
            && (first.HoldsCapacity || Capacity.Fits(first.Task))
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

        IntendInOrder(now, onlyNeeds: true);
    }

    /// <summary>Intends attempts for ready tasks: as many as the capacity allows, and <see cref="KeyLimit.IntendAhead"/> more.</summary>
    public void IntendReadyTasks(DateTimeOffset now)
    {
        if (!model.CanStart)
        {
            return;
        }

        IntendInOrder(now, onlyNeeds: false);
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

        ReleaseInOrder(released);
        return released;
    }

    /// <summary>Intends attempts for ready tasks that precede all intended attempts of their key, so that these are not released before
    /// them.</summary>
    public void IntendPreceding(DateTimeOffset now)
    {
        if (!model.CanStart)
        {
            return;
        }

        for (var key = 0; key < model.Keys.Count; key++)
        {
            var (ready, intended) = (model.ReadyByKey[key], model.IntendedByKey[key]);
            if (Capacity.Limits.Keys[key].IntendAhead > 0 && intended.TryPeek(out var first))
            {
                var before = first.Task.Rank;
                while (ready.TryPeek(out var task) && task.Rank < before && !Capacity.HasNeeds(task) && IntendNext(key, now, false, false))
                {
                    // IntendNext has removed the task from the queue.
                }
            }
        }
    }

    // Attempts of all keys in one order, because they may share cores and slots.
    private void ReleaseInOrder(List<LiveAttempt> released)
    {
        if (model.Keys.Count == 1)
        {
            while (ReleaseNext(0, released)) { }
            return;
        }

        var keys = new PriorityQueue<int, TaskRank>();
        for (var key = 0; key < model.Keys.Count; key++)
        {
            AddKey(key);
        }

        while (keys.TryDequeue(out var key, out _))
        {
            if (ReleaseNext(key, released))
            {
                AddKey(key);
            }
        }

        void AddKey(int key)
        {
            if (model.IntendedByKey[key].TryPeek(out var first))
            {
                keys.Enqueue(key, first.Task.Rank);
            }
        }
    }

    // Returns whether the next attempt of the key may be released, too.
    private bool ReleaseNext(int key, List<LiveAttempt> released)
    {
        var waiting = model.IntendedByKey[key];
        if (!waiting.TryPeek(out var attempt))
        {
            return false;
        }

        if (CanBeReleased(attempt))
        {
            if (!attempt.IsDurable || (!attempt.HoldsCapacity && (!Capacity.Fits(attempt.Task) || IsPrecededByLookup(attempt))))
            {
                return false;
            }

            Capacity.Reserve(attempt);
            released.Add(attempt);
        }

        waiting.Dequeue();
        return true;
    }

    // Ready tasks of all keys in one order, because they may share cores and slots.
    private void IntendInOrder(DateTimeOffset now, bool onlyNeeds)
    {
        var keys = new PriorityQueue<(int Key, bool IsOwed), TaskRank>();
        for (var key = 0; key < model.Keys.Count; key++)
        {
            if (!onlyNeeds || model.ReadyByKey[key].HasGroups)
            {
                // Attempts of an earlier command still need capacity; attempts intended from here on reserve theirs at once.
                AddKey(key, Capacity.Limits.Keys[key].IntendAhead == 0 && model.IntendedByKey[key].HasUnreserved);
            }
        }

        while (keys.TryDequeue(out var next, out _))
        {
            if (keys.Count == 0)
            {
                while (IntendNext(next.Key, now, onlyNeeds, next.IsOwed)) { }
            }
            else if (IntendNext(next.Key, now, onlyNeeds, next.IsOwed))
            {
                AddKey(next.Key, next.IsOwed);
            }
        }

        void AddKey(int key, bool isOwed)
        {
            if (model.ReadyByKey[key].TryPeek(out var task))
            {
                keys.Enqueue((key, isOwed), task.Rank);
            }
        }
    }

    // Returns whether the next task of the key may be intended, too.
    private bool IntendNext(int key, DateTimeOffset now, bool onlyNeeds, bool isOwed)
    {
        var limit = Capacity.Limits.Keys[key];
        var ready = model.ReadyByKey[key];
        if (!ready.TryPeek(out var task))
        {
            return false;
        }

        // The task was cancelled, reopened or amended while it was in the queue.
        if (task.State != TaskState.Ready || task.LiveAttempt is not null || task.KeyIndex != key)
        {
            ready.Dequeue();
            return true;
        }

        if (transitions.Canaries?.MustWait(task) == true)
        {
            ready.Dequeue();
            return true;
        }

        var intended = model.IntendedByKey[key];
        var hasNeeds = Capacity.HasNeeds(task);
        if (onlyNeeds && (!hasNeeds || (intended.TryPeek(out var first) && first.Task.Rank < task.Rank)))
        {
            return false;
        }

        if ((limit.UnroutableReason ?? Capacity.FindTooLargeReason(task)) is { } why)
        {
            ready.Dequeue();
            transitions.FailTask(task, why, now);
            return true;
        }

        // An operator without its own queue gets only as many attempts as it has capacity for. A task that precedes an intended one is
        // intended all the same, so that it starts first.
        var mustFit = hasNeeds || limit.IntendAhead == 0;
        if (mustFit ? isOwed || !Capacity.Fits(task) : intended.Count >= limit.IntendAhead && task.Rank > intended.LastRank)
        {
            return false;
        }

        if (hasNeeds && !Capacity.FitsNeedsInTurn(task))
        {
            ready.SkipGroup();
            return true;
        }

        ready.Dequeue();
        var attempt = transitions.IntendAttempt(task, now);
        model.AddIntended(attempt, hasNeeds);
        transitions.Canaries?.NoteIntent(attempt, now);
        if (mustFit)
        {
            transitions.ReserveCapacity(attempt, now);
        }

        return true;
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

    // The result of the task may not be in the cache; then it starts first. Many lookups take long, so nothing waits for these.
    private bool IsPrecededByLookup(LiveAttempt attempt) =>
        model.TasksToLookUp.Count <= MaxAwaitedLookups && model.TasksToLookUp.TryPeek(out _, out var rank) && rank < attempt.Task.Rank;

    private static bool IsUnrecorded(LiveAttempt attempt) => attempt is { IsDurable: false, State: AttemptState.Created };
}
