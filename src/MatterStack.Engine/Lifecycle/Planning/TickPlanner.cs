using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies facts to the model of a run, and collects the changes with their reasons. It uses no clock, disk, process or
/// database.</summary>
/// <remarks>Its cost grows with the number of changes, not with the size of the run.</remarks>
internal sealed partial class TickPlanner(RunModel model, AttemptIdGenerator ids)
{
    private readonly List<Change> _changes = [];
    private readonly Capacity _capacity = new(model);

    /// <summary>Returns the collected changes and clears the list.</summary>
    public IReadOnlyList<Change> DrainChanges()
    {
        var taken = _changes.ToArray();
        _changes.Clear();
        return taken;
    }

    /// <summary>Reserves capacity for the attempts that are already outside. Call it once, before any planning.</summary>
    public void BeginRun(WiringLimits limits, DateTimeOffset now)
    {
        model.CoresInUseByPool = new int[limits.PoolCores.Count];
        foreach (var attempt in model.LiveAttempts)
        {
            if (attempt.State is AttemptState.Created)
            {
                (attempt.Task.IsCacheable ? model.AttemptsToLookUp : model.IntendedByKey[attempt.Task.KeyIndex]).Enqueue(attempt);
            }
            else
            {
                _capacity.Reserve(attempt, limits);
            }
        }

        if (model.State == RunState.Pending)
        {
            MoveRun(RunState.Running, null, now);
        }
    }

    /// <summary>Adds an event that changes no state.</summary>
    public void RecordEvent(EventKind kind, TaskId? task, AttemptId? attempt, string? actor, string details, DateTimeOffset at) =>
        _changes.Add(new Change.EventRecorded(kind, task, attempt, actor, details, at));

    /// <summary>Adds a change of another planner of the same model.</summary>
    public void AddChange(Change change) => _changes.Add(change);

    /// <summary>Adds the answer to a request in the store.</summary>
    public void AddAnswer(long request, RequestAnswer answer, DateTimeOffset at) => _changes.Add(new Change.RequestAnswered(request, answer, at));

    /// <summary>Applies one fact.</summary>
    public void ApplyFact(Observation fact, WiringLimits limits)
    {
        // The fact is late: the attempt has ended, and ended attempts never change.
        if (model.FindLive(fact.Attempt) is not { } attempt)
        {
            return;
        }

        switch (fact)
        {
            case Observation.Started started when attempt.State is AttemptState.Created or AttemptState.Submitted:
                _capacity.Reserve(attempt, limits);
                attempt.UnreachableReason = null;
                MoveAttempt(attempt, new AttemptState.Running(started.ExternalId), started.At);
                MoveTask(attempt.Task, TaskState.Running, null, started.At);
                break;
            case Observation.Submitted queued when attempt.State is AttemptState.Created or AttemptState.Submitted:
                _capacity.Reserve(attempt, limits);
                attempt.UnreachableReason = null;
                if (attempt.State is not AttemptState.Submitted known || known.ExternalId != queued.ExternalId)
                {
                    MoveAttempt(attempt, new AttemptState.Submitted(queued.ExternalId), queued.At);
                }

                UpdateReason(attempt, TaskState.Running, queued.Reason, queued.At);
                break;
            case Observation.Started or Observation.Submitted when attempt.State is AttemptState.Running:
                // A scheduler may requeue a running job and start it again.
                attempt.UnreachableReason = null;
                UpdateReason(attempt, attempt.Task.State, (fact as Observation.Submitted)?.Reason, fact.At);
                break;
            case Observation.StatusNote remarked:
                attempt.UnreachableReason = null;
                if (attempt.Task.State != TaskState.Ready)
                {
                    UpdateReason(attempt, attempt.Task.State, remarked.Text, remarked.At);
                }
                else if (remarked.Text is { } remark && attempt.PostponedReason != remark)
                {
                    attempt.PostponedReason = remark;
                    _changes.Add(new Change.EventRecorded(EventKinds.AttemptPostponed, attempt.Task.Id, attempt.Id, null, remark, remarked.At));
                }

                break;
            case Observation.WaitingExternally handed when attempt.State is AttemptState.Created or AttemptState.Submitted:
                _capacity.Reserve(attempt, limits);
                attempt.UnreachableReason = null;
                // The time may come from a file and from another clock.
                var since = handed.At > attempt.CreatedAt ? handed.At : attempt.CreatedAt;
                MoveAttempt(attempt, new AttemptState.WaitingExternal(handed.WaitingFor, handed.ExternalId), since);
                MoveTask(attempt.Task, TaskState.WaitingExternal, $"waits for {handed.WaitingFor}", since);
                break;
            case Observation.WaitingExternally handed when attempt.State is AttemptState.WaitingExternal before && (before.WaitingFor != handed.WaitingFor || before.ExternalId != (handed.ExternalId ?? before.ExternalId)):
                MoveAttempt(attempt, new AttemptState.WaitingExternal(handed.WaitingFor, handed.ExternalId ?? before.ExternalId), handed.At);
                MoveTask(attempt.Task, TaskState.WaitingExternal, $"waits for {handed.WaitingFor}", handed.At);
                break;
            case Observation.Refused refused when attempt.RefusedSince is null:
                attempt.RefusedSince = refused.At;
                _changes.Add(new Change.EventRecorded(EventKinds.AttemptRefused, attempt.Task.Id, attempt.Id, null, "the refusal may be permanent", refused.At));
                break;
            case Observation.Unreachable unknown:
                attempt.UnreachableReason = unknown.Reason;
                UpdatePendingReason(attempt, unknown.Reason, unknown.At);
                _changes.Add(new Change.EventRecorded(EventKinds.AttemptUnknown, attempt.Task.Id, attempt.Id, null, unknown.Reason, unknown.At));
                break;
            case Observation.NotStarted failed when attempt.State is AttemptState.Created or AttemptState.Submitted:
                EndAttempt(attempt, new AttemptState.Ended(AttemptOutcome.FailedInit, failed.Reason, null, EndCause.NotStarted), null, failed.At, limits);
                break;
            case Observation.RestoreFailed missed when attempt.State is AttemptState.Created:
                _changes.Add(new Change.EventRecorded(EventKinds.AttemptNotCached, attempt.Task.Id, attempt.Id, null, missed.Reason, missed.At));
                model.IntendedByKey[attempt.Task.KeyIndex].Enqueue(attempt);
                break;
            case Observation.Exited exited:
                var ending = AttributeToTimeLimit(attempt, exited.End);
                EndAttempt(attempt, AttemptOutcomes.Classify(ending), ending, exited.At, limits);
                break;
            case Observation.EndRequestSent told when attempt.EndRequest is { } asked:
                UpdateEndRequest(attempt, asked with { SentAt = asked.SentAt ?? told.At, PendingReason = told.PendingReason }, told.At);
                break;
            case Observation.EndRequestFailed untold:
                UpdatePendingReason(attempt, untold.Reason, untold.At);
                break;
            case Observation.Blocked held:
                UpdatePendingReason(attempt, held.Problem.Message, held.At);
                break;
            case Observation.Started or Observation.Submitted or Observation.WaitingExternally or Observation.NotStarted or Observation.RestoreFailed or Observation.EndRequestSent or Observation.Refused:
                // A repeated fact, or one that a later fact has replaced.
                break;
            default:
                throw new InvalidOperationException($"No rule for {fact.GetType().Name}");
        }
    }

    /// <summary>Intends attempts for ready tasks: as many as the capacity allows, and <see cref="KeyLimit.IntendAhead"/> more.</summary>
    /// <param name="limits">Limits of the wiring.</param>
    /// <param name="wiringOf">Gives the hashes of the wiring and of the operator for an index in <see cref="RunModel.Keys"/>.</param>
    /// <param name="now">The time, UTC.</param>
    public void IntendReadyTasks(WiringLimits limits, Func<int, (Sha256 Wiring, Sha256 Operator)> wiringOf, DateTimeOffset now)
    {
        if (!model.CanStart)
        {
            return;
        }

        for (var key = 0; key < model.Keys.Count; key++)
        {
            var limit = limits.Keys[key];
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

                if ((limit.UnroutableReason ?? Capacity.FindTooLargeReason(task, limit, limits)) is { } why)
                {
                    ready.Dequeue();
                    FailTask(task, why, now);
                    continue;
                }

                // An operator without its own queue gets only as many attempts as it has capacity for.
                if (limit.IntendAhead > 0 ? model.IntendedByKey[key].Count >= limit.IntendAhead : owed || !_capacity.Fits(task, limits))
                {
                    break;
                }

                ready.Dequeue();
                var attempt = IntendAttempt(task, wiringOf(key), now);
                model.IntendedByKey[key].Enqueue(attempt);
                if (limit.IntendAhead == 0)
                {
                    _capacity.Reserve(attempt, limits);
                }
            }
        }
    }

    /// <summary>Whether an attempt could be released at once if its intent were durable.</summary>
    public bool NeedsCommitToStart(WiringLimits limits) =>
        (model.CachedAttempts.TryPeek(out var known) && known is { IsDurable: false, State: AttemptState.Created })
        || model.IntendedByKey.Any(queue => queue.TryPeek(out var first) && first is { IsDurable: false, State: AttemptState.Created } && (first.HoldsCapacity || _capacity.Fits(first.Task, limits)));

    /// <summary>Releases intended attempts that are durable and have capacity.</summary>
    public IReadOnlyList<LiveAttempt> ReleaseDurable(WiringLimits limits)
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
                    if (!attempt.IsDurable || (!attempt.HoldsCapacity && !_capacity.Fits(attempt.Task, limits)))
                    {
                        break;
                    }

                    _capacity.Reserve(attempt, limits);
                    released.Add(attempt);
                }

                waiting.Dequeue();
            }
        }

        return released;
    }

    internal void EndAttempt(LiveAttempt attempt, AttemptState.Ended state, AttemptEnd? ending, DateTimeOffset at, WiringLimits limits, bool isLast = false)
    {
        var task = attempt.Task;
        if (ending?.Answer is { } answer)
        {
            RecordEvent(EventKinds.AttemptAnswered, task.Id, attempt.Id, ending.AnsweredBy, answer, at);
        }

        foreach (var warning in ending?.Warnings ?? [])
        {
            RecordEvent(EventKinds.AttemptWarned, task.Id, attempt.Id, null, warning, at);
        }

        MoveAttempt(attempt, state, at, ending);
        model.RemoveLive(attempt);
        _capacity.Release(attempt, limits);
        switch (state.Outcome)
        {
            case AttemptOutcome.Completed:
                MoveTask(task, TaskState.Completed, null, at);
                PropagateEnd(task, at);
                break;
            case AttemptOutcome.Cancelled:
                MoveTask(task, TaskState.Cancelled, state.Reason, at);
                PropagateEnd(task, at);
                break;
            // After a requested end no other attempt follows. The attempt's own state keeps that it failed by itself.
            case AttemptOutcome.Failed or AttemptOutcome.FailedInit when (attempt.EndRequest is { Kind: EndRequestKind.Cancel } own ? own : model.CancelRequest) is { } asked:
                MoveTask(task, TaskState.Cancelled, $"{asked.Reason} (its attempt {attempt.Index} failed meanwhile: {state.Reason})", at);
                PropagateEnd(task, at);
                break;
            case AttemptOutcome.Failed or AttemptOutcome.FailedInit when attempt.Index < task.MaxAttempts && !isLast && ending?.StillRunning is null:
                MoveTask(task, TaskState.Ready, $"attempt {attempt.Index} of {task.MaxAttempts} failed: {state.Reason}", at);
                break;
            case AttemptOutcome.Failed or AttemptOutcome.FailedInit:
                FailTask(task, state.Reason ?? "failed", at);
                break;
            default:
                throw new InvalidOperationException($"No rule for {state.Outcome}");
        }
    }

    private void FailTask(TaskNode task, string reason, DateTimeOffset at)
    {
        MoveTask(task, TaskState.Failed, reason, at);
        PropagateEnd(task, at);
    }

    // Applies the end of a task to all its dependents, direct and indirect. A queue instead of recursion: chains may be long.
    internal void PropagateEnd(TaskNode ended, DateTimeOffset at)
    {
        var queue = new Queue<TaskNode>();
        queue.Enqueue(ended);
        while (queue.TryDequeue(out var task))
        {
            foreach (var seq in task.Dependents)
            {
                var dependent = model.Tasks[seq];
                if (dependent.State.IsEnd())
                {
                    continue;
                }

                dependent.OpenDependencies--;
                // A live attempt continues: it began with the results of an earlier attempt of the dependency.
                if (task.State != TaskState.Completed && !dependent.AllowDependencyFailure && dependent.LiveAttempt is null)
                {
                    MoveTask(dependent, TaskState.Skipped, $"its dependency {task.Id} {DescribeEnd(task)}", at);
                    queue.Enqueue(dependent);
                }
                else if (dependent.OpenDependencies == 0 && dependent.State == TaskState.Pending)
                {
                    MoveTask(dependent, TaskState.Ready, null, at);
                }
            }
        }
    }

    internal static string DescribeEnd(TaskNode task) => task.State switch { TaskState.Skipped => "was skipped", TaskState.Cancelled => "was cancelled", _ => "failed" };

    internal LiveAttempt IntendAttempt(TaskNode task, (Sha256 Wiring, Sha256 Operator) wiring, DateTimeOffset now)
    {
        var attempt = new LiveAttempt { Id = ids.CreateNext(now), Task = task, Index = ++task.AttemptCount, WiringHash = wiring.Wiring, OperatorHash = wiring.Operator, CreatedAt = now };
        model.AddLive(attempt);
        _changes.Add(new Change.Intended(attempt));
        return attempt;
    }

    private void MoveAttempt(LiveAttempt attempt, AttemptState state, DateTimeOffset at, AttemptEnd? ending = null)
    {
        if (!Transitions.Allows(attempt.State.Status, state.Status))
        {
            throw new InvalidOperationException($"Attempt {attempt.Id} cannot go from {attempt.State.Status} to {state.Status}");
        }

        attempt.State = state;
        attempt.SubmittedAt ??= state is AttemptState.Ended ? null : at;
        _changes.Add(new Change.AttemptMoved(attempt, state, at, ending));
    }

    private void UpdateReason(LiveAttempt attempt, TaskState state, string? reason, DateTimeOffset at)
    {
        if (attempt.Task.State != state || attempt.LastReason != reason)
        {
            MoveTask(attempt.Task, state, reason, at);
        }
    }

    internal void MoveTask(TaskNode task, TaskState to, string? reason, DateTimeOffset at)
    {
        var from = task.State;
        if (!Transitions.Allows(from, to))
        {
            throw new InvalidOperationException($"Task {task.Id} cannot go from {from} to {to}");
        }

        task.LiveAttempt?.LastReason = reason;
        task.MustRecompute &= !to.IsEnd();
        model.MoveTask(task, to);
        _changes.Add(new Change.TaskMoved(task, from, to, reason, at));
    }

    internal void MoveRun(RunState to, string? reason, DateTimeOffset at)
    {
        var from = model.State;
        if (!Transitions.Allows(from, to))
        {
            throw new InvalidOperationException($"The run cannot go from {from} to {to}");
        }

        model.State = to;
        model.CancelRequest = to.IsEnd() ? null : model.CancelRequest;
        _changes.Add(new Change.RunMoved(from, to, reason, at));
    }
}
