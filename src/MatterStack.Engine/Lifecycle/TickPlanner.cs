using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>Applies facts to the model of a run, and collects the changes with their reasons. It uses no clock, disk, process or
/// database.</summary>
/// <remarks>Its cost grows with the number of changes, not with the size of the run.</remarks>
internal sealed partial class TickPlanner(RunModel model, AttemptIdSource ids)
{
    /// <summary>Kind of the event that holds the reason why an intended attempt has not started.</summary>
    public const string PutOff = "ATTEMPT_PUT_OFF";

    /// <summary>Kind of the event at the first refusal of an attempt that may be permanent.</summary>
    public const string Refused = "ATTEMPT_REFUSED";

    private readonly List<Change> _changes = [];
    private readonly Room _room = new(model);

    /// <summary>Returns the collected changes and clears the list.</summary>
    public IReadOnlyList<Change> TakeChanges()
    {
        var taken = _changes.ToArray();
        _changes.Clear();
        return taken;
    }

    /// <summary>Reserves capacity for the attempts that are already outside. Call it once, before any planning.</summary>
    public void Begin(WiringLimits limits, DateTimeOffset now)
    {
        model.CoresInUse = new int[limits.PoolCores.Count];
        foreach (var attempt in model.Live)
        {
            if (attempt.State is AttemptState.Created)
            {
                (attempt.Task.Cacheable ? model.UnaskedAttempts : model.Waiting[attempt.Task.Key]).Enqueue(attempt);
            }
            else
            {
                _room.Take(attempt, limits);
            }
        }

        if (model.State == RunState.Pending)
        {
            MoveRun(RunState.Running, null, now);
        }
    }

    /// <summary>Adds an event that changes no state.</summary>
    public void Note(string kind, TaskId? task, AttemptId? attempt, string? actor, string details, DateTimeOffset at) =>
        _changes.Add(new Change.Noted(kind, task, attempt, actor, details, at));

    /// <summary>Adds a change of another planner of the same model.</summary>
    public void Tell(Change change) => _changes.Add(change);

    /// <summary>Adds the answer to a request in the store.</summary>
    public void Answer(long request, RequestAnswer answer, DateTimeOffset at) => _changes.Add(new Change.Answered(request, answer, at));

    /// <summary>Applies one fact.</summary>
    public void Observe(Observation fact, WiringLimits limits)
    {
        // The fact is late: the attempt has ended, and ended attempts never change.
        if (model.FindLive(fact.Attempt) is not { } attempt)
        {
            return;
        }

        switch (fact)
        {
            case Observation.Started started when attempt.State is AttemptState.Created or AttemptState.Submitted:
                _room.Take(attempt, limits);
                attempt.Unreachable = null;
                MoveAttempt(attempt, new AttemptState.Running(started.ExternalId), started.At);
                MoveTask(attempt.Task, TaskState.Running, null, started.At);
                break;
            case Observation.Submitted queued when attempt.State is AttemptState.Created or AttemptState.Submitted:
                _room.Take(attempt, limits);
                attempt.Unreachable = null;
                if (attempt.State is not AttemptState.Submitted known || known.ExternalId != queued.ExternalId)
                {
                    MoveAttempt(attempt, new AttemptState.Submitted(queued.ExternalId), queued.At);
                }

                Say(attempt, TaskState.Running, queued.Reason, queued.At);
                break;
            case Observation.Started or Observation.Submitted when attempt.State is AttemptState.Running:
                // A scheduler may requeue a running job and start it again.
                attempt.Unreachable = null;
                Say(attempt, attempt.Task.State, (fact as Observation.Submitted)?.Reason, fact.At);
                break;
            case Observation.Remarked remarked:
                attempt.Unreachable = null;
                if (attempt.Task.State != TaskState.Ready)
                {
                    Say(attempt, attempt.Task.State, remarked.Remark, remarked.At);
                }
                else if (remarked.Remark is { } remark && attempt.PutOff != remark)
                {
                    attempt.PutOff = remark;
                    _changes.Add(new Change.Noted(PutOff, attempt.Task.Id, attempt.Id, null, remark, remarked.At));
                }

                break;
            case Observation.HandedOver handed when attempt.State is AttemptState.Created or AttemptState.Submitted:
                _room.Take(attempt, limits);
                attempt.Unreachable = null;
                // The time may come from a file and from another clock.
                var since = handed.At > attempt.CreatedAt ? handed.At : attempt.CreatedAt;
                MoveAttempt(attempt, new AttemptState.WaitingExternal(handed.For, handed.ExternalId), since);
                MoveTask(attempt.Task, TaskState.WaitingExternal, $"waits for {handed.For}", since);
                break;
            case Observation.HandedOver handed when attempt.State is AttemptState.WaitingExternal before && (before.For != handed.For || before.ExternalId != (handed.ExternalId ?? before.ExternalId)):
                MoveAttempt(attempt, new AttemptState.WaitingExternal(handed.For, handed.ExternalId ?? before.ExternalId), handed.At);
                MoveTask(attempt.Task, TaskState.WaitingExternal, $"waits for {handed.For}", handed.At);
                break;
            case Observation.Refused refused when attempt.RefusedSince is null:
                attempt.RefusedSince = refused.At;
                _changes.Add(new Change.Noted(Refused, attempt.Task.Id, attempt.Id, null, "the refusal may be permanent", refused.At));
                break;
            case Observation.Unknown unknown:
                attempt.Unreachable = unknown.Reason;
                NoteTrouble(attempt, unknown.Reason, unknown.At);
                _changes.Add(new Change.Noted("ATTEMPT_UNKNOWN", attempt.Task.Id, attempt.Id, null, unknown.Reason, unknown.At));
                break;
            case Observation.NotStarted failed when attempt.State is AttemptState.Created or AttemptState.Submitted:
                End(attempt, new AttemptState.Ended(Outcome.FailedInit, failed.Reason, null), null, failed.At, limits);
                break;
            case Observation.NotInCache missed when attempt.State is AttemptState.Created:
                _changes.Add(new Change.Noted("ATTEMPT_NOT_CACHED", attempt.Task.Id, attempt.Id, null, missed.Why, missed.At));
                model.Waiting[attempt.Task.Key].Enqueue(attempt);
                break;
            case Observation.Exited exited:
                var ending = Told(attempt, exited.Ending);
                End(attempt, Verdicts.On(ending), ending, exited.At, limits);
                break;
            case Observation.EndTold told when attempt.EndAsked is { } asked:
                NoteEnd(attempt, asked with { ToldAt = asked.ToldAt ?? told.At, Trouble = told.Remark }, told.At);
                break;
            case Observation.EndNotTold untold:
                NoteTrouble(attempt, untold.Why, untold.At);
                break;
            case Observation.HeldUp held:
                NoteTrouble(attempt, held.Why.Message, held.At);
                break;
            case Observation.Started or Observation.Submitted or Observation.HandedOver or Observation.NotStarted or Observation.NotInCache or Observation.EndTold or Observation.Refused:
                // A repeated fact, or one that a later fact has replaced.
                break;
            default:
                throw new InvalidOperationException($"No rule for {fact.GetType().Name}");
        }
    }

    /// <summary>Intends attempts for ready tasks: as many as the capacity allows, and <see cref="KeyLimit.Ahead"/> more.</summary>
    /// <param name="limits">Limits of the wiring.</param>
    /// <param name="wiringOf">Gives the hashes of the wiring and of the operator for an index in <see cref="RunModel.Keys"/>.</param>
    /// <param name="now">The time, UTC.</param>
    public void Intend(WiringLimits limits, Func<int, (Sha256 Wiring, Sha256 Operator)> wiringOf, DateTimeOffset now)
    {
        if (!model.MayStart)
        {
            return;
        }

        for (var key = 0; key < model.Keys.Count; key++)
        {
            var limit = limits.Keys[key];
            var ready = model.Ready[key];
            // Attempts of an earlier command still need capacity; attempts intended from here on reserve theirs at once.
            var owed = limit.Ahead == 0 && model.Waiting[key].Any(a => !a.Released);
            while (ready.TryPeek(out var task, out _))
            {
                // The task was cancelled or reopened while it was in the queue.
                if (task.State != TaskState.Ready || task.Live is not null)
                {
                    ready.Dequeue();
                    continue;
                }

                if ((limit.Unroutable ?? Room.TooLarge(task, limit, limits)) is { } why)
                {
                    ready.Dequeue();
                    FailTask(task, why, now);
                    continue;
                }

                // An operator without its own queue gets only as many attempts as it has capacity for.
                if (limit.Ahead > 0 ? model.Waiting[key].Count >= limit.Ahead : owed || !_room.IsThereFor(task, limits))
                {
                    break;
                }

                ready.Dequeue();
                var attempt = IntendAttempt(task, wiringOf(key), now);
                model.Waiting[key].Enqueue(attempt);
                if (limit.Ahead == 0)
                {
                    _room.Take(attempt, limits);
                }
            }
        }
    }

    /// <summary>Whether an attempt could be released at once if its intent were durable.</summary>
    public bool WaitsForRecord(WiringLimits limits) =>
        (model.Known.TryPeek(out var known) && known is { Durable: false, State: AttemptState.Created })
        || model.Waiting.Any(queue => queue.TryPeek(out var first) && first is { Durable: false, State: AttemptState.Created } && (first.Released || _room.IsThereFor(first.Task, limits)));

    /// <summary>Releases intended attempts that are durable and have capacity.</summary>
    public IReadOnlyList<LiveAttempt> Release(WiringLimits limits)
    {
        var released = new List<LiveAttempt>();
        if (!model.MayStart)
        {
            return released;
        }

        foreach (var waiting in model.Waiting)
        {
            while (waiting.TryPeek(out var attempt))
            {
                // Skip attempts that were found outside after a crash, may be outside, or have an end request.
                if (attempt is { State: AttemptState.Created, Unreachable: null, EndAsked: null })
                {
                    if (!attempt.Durable || (!attempt.Released && !_room.IsThereFor(attempt.Task, limits)))
                    {
                        break;
                    }

                    _room.Take(attempt, limits);
                    released.Add(attempt);
                }

                waiting.Dequeue();
            }
        }

        return released;
    }

    internal void End(LiveAttempt attempt, AttemptState.Ended state, Ending? ending, DateTimeOffset at, WiringLimits limits, bool isLast = false)
    {
        var task = attempt.Task;
        if (ending?.Answer is { } answer)
        {
            Note("ATTEMPT_ANSWERED", task.Id, attempt.Id, ending.AnsweredBy, answer, at);
        }

        foreach (var warning in ending?.Warnings ?? [])
        {
            Note("ATTEMPT_WARNED", task.Id, attempt.Id, null, warning, at);
        }

        MoveAttempt(attempt, state, at, ending);
        model.Remove(attempt);
        _room.GiveBack(attempt, limits);
        switch (state.Outcome)
        {
            case Outcome.Completed:
                MoveTask(task, TaskState.Completed, null, at);
                Spread(task, at);
                break;
            case Outcome.Cancelled:
                MoveTask(task, TaskState.Cancelled, state.Reason, at);
                Spread(task, at);
                break;
            // After a requested end no other attempt follows. The attempt's own state keeps that it failed by itself.
            case Outcome.Failed or Outcome.FailedInit when (attempt.EndAsked is { Kind: EndKind.Cancel } own ? own : model.CancelAsked) is { } asked:
                MoveTask(task, TaskState.Cancelled, $"{asked.Why} (its attempt {attempt.Index} failed meanwhile: {state.Reason})", at);
                Spread(task, at);
                break;
            case Outcome.Failed or Outcome.FailedInit when attempt.Index < task.MaxAttempts && !isLast && ending?.LivesOn is null:
                MoveTask(task, TaskState.Ready, $"attempt {attempt.Index} of {task.MaxAttempts} failed: {state.Reason}", at);
                break;
            case Outcome.Failed or Outcome.FailedInit:
                FailTask(task, state.Reason ?? "failed", at);
                break;
            default:
                throw new InvalidOperationException($"No rule for {state.Outcome}");
        }
    }

    private void FailTask(TaskNode task, string reason, DateTimeOffset at)
    {
        MoveTask(task, TaskState.Failed, reason, at);
        Spread(task, at);
    }

    // Applies the end of a task to all its dependents, direct and indirect. A queue instead of recursion: chains may be long.
    internal void Spread(TaskNode ended, DateTimeOffset at)
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

                dependent.Unfinished--;
                if (task.State != TaskState.Completed && !dependent.AllowDependencyFailure)
                {
                    MoveTask(dependent, TaskState.Skipped, $"its dependency {task.Id} {HowItEnded(task)}", at);
                    queue.Enqueue(dependent);
                }
                else if (dependent.Unfinished == 0 && dependent.State == TaskState.Pending)
                {
                    MoveTask(dependent, TaskState.Ready, null, at);
                }
            }
        }
    }

    internal static string HowItEnded(TaskNode task) => task.State switch { TaskState.Skipped => "was skipped", TaskState.Cancelled => "was cancelled", _ => "failed" };

    internal LiveAttempt IntendAttempt(TaskNode task, (Sha256 Wiring, Sha256 Operator) wiring, DateTimeOffset now)
    {
        var attempt = new LiveAttempt { Id = ids.Next(now), Task = task, Index = ++task.Attempts, Wiring = wiring.Wiring, Operator = wiring.Operator, CreatedAt = now };
        model.Add(attempt);
        _changes.Add(new Change.Intended(attempt));
        return attempt;
    }

    private void MoveAttempt(LiveAttempt attempt, AttemptState state, DateTimeOffset at, Ending? ending = null)
    {
        attempt.State = state;
        attempt.SubmittedAt ??= state is AttemptState.Ended ? null : at;
        _changes.Add(new Change.AttemptMoved(attempt, state, at, ending));
    }

    private void Say(LiveAttempt attempt, TaskState state, string? reason, DateTimeOffset at)
    {
        if (attempt.Task.State != state || attempt.Told != reason)
        {
            MoveTask(attempt.Task, state, reason, at);
        }
    }

    internal void MoveTask(TaskNode task, TaskState to, string? reason, DateTimeOffset at)
    {
        task.Live?.Told = reason;
        var from = task.State;
        task.Anew &= !to.IsEnd();
        model.Move(task, to);
        _changes.Add(new Change.TaskMoved(task, from, to, reason, at));
    }

    internal void MoveRun(RunState to, string? reason, DateTimeOffset at)
    {
        var from = model.State;
        model.State = to;
        model.CancelAsked = to.IsEnd() ? null : model.CancelAsked;
        _changes.Add(new Change.RunMoved(from, to, reason, at));
    }
}
