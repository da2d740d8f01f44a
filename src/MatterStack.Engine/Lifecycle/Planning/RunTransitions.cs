using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Moves a run, its tasks and its attempts, and collects the changes with their reasons. All planners of a run share one
/// instance.</summary>
/// <remarks>A move that <see cref="Transitions"/> does not allow is an error of a planner and throws.</remarks>
/// <param name="model">The run.</param>
/// <param name="ids">Ids of new attempts.</param>
/// <param name="infrastructure">How ends from outside are followed.</param>
internal sealed partial class RunTransitions(RunModel model, AttemptIdGenerator ids, InfrastructureRules infrastructure)
{
    /// <summary>Reason of a task that could start and that the selection of the command leaves out.</summary>
    public const string NotSelected = "not selected";

    private readonly List<Change> _changes = [];
    private readonly List<LiveAttempt> _attemptsToEnd = [];

    public Capacity Capacity { get; } = new(model);

    /// <summary>Lets tasks wait for the first that is like them; null: none waits.</summary>
    public CanaryPlanner? Canaries { get; set; }

    /// <summary>Number of attempts to end outside since the last <see cref="DrainAttemptsToEnd"/>.</summary>
    public int AttemptsToEndCount => _attemptsToEnd.Count;

    /// <summary>Returns the collected changes and clears the list.</summary>
    public IReadOnlyList<Change> DrainChanges() => Drain(_changes);

    /// <summary>Returns the attempts to end outside and clears the list.</summary>
    public IReadOnlyList<LiveAttempt> DrainAttemptsToEnd() => Drain(_attemptsToEnd);

    /// <summary>Adds a change that a planner has applied to the model.</summary>
    public void AddChange(Change change) => _changes.Add(change);

    /// <summary>Adds an event that changes no state.</summary>
    public void RecordEvent(EventKind kind, TaskId? task, AttemptId? attempt, string? actor, string details, DateTimeOffset at) =>
        _changes.Add(new Change.EventRecorded(kind, task, attempt, actor, details, at));

    /// <summary>Records the resources of an attempt.</summary>
    public void GiveResources(LiveAttempt attempt, GivenResources given, string reason, DateTimeOffset at)
    {
        attempt.Given = given;
        _changes.Add(new Change.ResourcesGiven(attempt, given, reason, at));
    }

    /// <summary>Adds an end request to an attempt, or replaces it.</summary>
    public void RequestEnd(LiveAttempt attempt, EndRequest request)
    {
        attempt.EndRequest = request;
        _changes.Add(new Change.EndRequested(attempt, request));
    }

    /// <summary>Removes the request to replace an attempt: the attempt goes on.</summary>
    public void DropReplacement(LiveAttempt attempt, string reason, DateTimeOffset at)
    {
        attempt.EndRequest = null;
        _changes.Add(new Change.EndDropped(attempt));
        RecordEvent(EventKinds.AttemptNotReplaced, attempt.Task.Id, attempt.Id, null, reason, at);
    }

    /// <summary>Ends an attempt that has not begun because its task was amended. Another attempt follows.</summary>
    public void ReplaceAttempt(LiveAttempt attempt, string reason, AttemptEnd? ending, DateTimeOffset at) =>
        EndAttempt(attempt, new AttemptState.Ended(AttemptOutcome.Cancelled, reason, null, EndCause.Amended), ending, at);

    /// <summary>Adds an attempt to end outside as soon as its end request is durable. A later fact reports the end.</summary>
    public void AddAttemptToEnd(LiveAttempt attempt) => _attemptsToEnd.Add(attempt);

    /// <summary>Intends the next attempt of a task.</summary>
    public LiveAttempt IntendAttempt(TaskNode task, DateTimeOffset now)
    {
        var attempt = new LiveAttempt
        {
            Id = ids.CreateNext(now),
            Task = task,
            Index = ++task.AttemptCount,
            WiringHash = Capacity.Limits.WiringHash,
            OperatorHash = Capacity.GetLimit(task).OperatorHash,
            Codes = Capacity.GetLimit(task).Codes,
            CarriedHash = task.History?.LeftHash,
            CreatedAt = now,
        };
        model.AddLive(attempt);
        _changes.Add(new Change.Intended(attempt));
        GiveRequest(attempt, now);
        return attempt;
    }

    /// <summary>Adds an intended attempt to those that wait for capacity or for their release.</summary>
    public void QueueIntended(LiveAttempt attempt) => model.AddIntended(attempt, Capacity.HasNeeds(attempt.Task));

    /// <summary>Reserves capacity for an intended attempt. Devices that it is given are chosen now; it starts when they are
    /// recorded.</summary>
    public void ReserveCapacity(LiveAttempt attempt, DateTimeOffset now)
    {
        if (Capacity.ChooseGpus(attempt.Task) is { } gpus)
        {
            attempt.IsDurable = false;
            var given = new GivenResources { Gpus = gpus };
            GiveResources(attempt, attempt.Given?.Add(given) ?? given, $"GPU {string.Join(", ", gpus)} of this machine", now);
        }

        Capacity.Reserve(attempt);
    }

    /// <summary>Ends an attempt. Its task ends, or becomes ready for another attempt.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="state">Its last state.</param>
    /// <param name="ending">Facts about the end; null if no operator reported it.</param>
    /// <param name="at">Time of the end.</param>
    /// <param name="isPermanent">Whether another attempt would fail in the same way.</param>
    /// <param name="mayStillRun">Whether parts of it may still run, so that no other attempt follows.</param>
    public void EndAttempt(
        LiveAttempt attempt,
        AttemptState.Ended state,
        AttemptEnd? ending,
        DateTimeOffset at,
        bool isPermanent = false,
        bool mayStillRun = false
    )
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

        if (ending?.NotCarriedReason is { } afresh)
        {
            RecordEvent(EventKinds.AttemptNotCarried, task.Id, attempt.Id, null, afresh, at);
        }

        var cancel = attempt.EndRequest is { Kind: EndRequestKind.Cancel } own ? own : model.CancelRequest;
        var failed =
            state.Outcome == AttemptOutcome.Completed ? null : CreateEndFacts(attempt, state, ending, at, isPermanent, mayStillRun);
        var decision =
            failed is not null && state.Outcome != AttemptOutcome.Cancelled && cancel is null
                ? RetryPolicy.Decide(failed, task, Capacity.GetLimit(task).Requests, infrastructure)
                : null;
        if (decision is { IsWithoutProgress: true } && FailureDecisions.GetValueOrDefault(attempt.Id)?.Amendment is null)
        {
            state = state with { Reason = decision.Reason, Cause = EndCause.NoProgress, Verdict = null };
        }

        MoveAttempt(attempt, state, at, ending);
        model.RemoveLive(attempt);
        Capacity.Release(attempt);
        switch (state.Outcome)
        {
            case AttemptOutcome.Completed:
                ForgetLastEnd(task);
                MoveTask(task, TaskState.Completed, null, at);
                PropagateEnd(task, at);
                break;
            // It has not begun, so that it says nothing about the next one.
            case AttemptOutcome.Cancelled when state.Cause == EndCause.Amended:
                MoveTask(task, TaskState.Ready, state.Reason, at);
                break;
            case AttemptOutcome.Cancelled:
                SetHistory(task, RetryPolicy.RememberEnd(failed!, task.History));
                MoveTask(task, TaskState.Cancelled, state.Reason, at);
                PropagateEnd(task, at);
                break;
            // After a requested end no other attempt follows. The attempt's own state keeps that it failed by itself.
            case AttemptOutcome.Failed or AttemptOutcome.FailedInit when cancel is not null:
                SetHistory(task, RetryPolicy.RememberEnd(failed!, task.History));
                MoveTask(task, TaskState.Cancelled, $"{cancel.Reason} (its attempt {attempt.Index} failed meanwhile: {state.Reason})", at);
                PropagateEnd(task, at);
                break;
            // The decision is recorded with the end, so that the class is asked once.
            case AttemptOutcome.Failed or AttemptOutcome.FailedInit when FollowDecision(attempt, failed!, at):
                break;
            case AttemptOutcome.Failed or AttemptOutcome.FailedInit:
                FollowDecision(attempt, state, decision!, at);
                break;
            default:
                throw new InvalidOperationException($"No rule for {state.Outcome}");
        }
    }

    /// <summary>Fails a task without another attempt.</summary>
    public void FailTask(TaskNode task, string reason, DateTimeOffset at)
    {
        MoveTask(task, TaskState.Failed, reason, at);
        PropagateEnd(task, at);
    }

    /// <summary>Applies the end of a task to all its dependents, direct and indirect.</summary>
    public void PropagateEnd(TaskNode ended, DateTimeOffset at)
    {
        // A queue instead of recursion: chains may be long.
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
                // A live attempt continues: it began with the results of an earlier attempt of the dependency. A task that is left out
                // stays pending until a command includes it.
                if (dependent is { IsLeftOut: true, State: TaskState.Pending })
                {
                    continue;
                }

                if (task.State != TaskState.Completed && !dependent.AllowDependencyFailure && dependent.LiveAttempt is null)
                {
                    MoveTask(dependent, TaskState.Skipped, DescribeMissing(task), at);
                    queue.Enqueue(dependent);
                }
                else if (dependent.OpenDependencies == 0 && dependent.State == TaskState.Pending)
                {
                    MoveTask(dependent, TaskState.Ready, null, at);
                }
            }
        }
    }

    /// <summary>Skips a pending task, and with it its dependents, if a dependency has ended without a result. Returns whether it
    /// did.</summary>
    public bool SkipIfDependencyIsMissing(TaskNode task, DateTimeOffset at)
    {
        if (model.FindMissingDependency(task) is not { } missing)
        {
            return false;
        }

        MoveTask(task, TaskState.Skipped, DescribeMissing(missing), at);
        PropagateEnd(task, at);
        return true;
    }

    private static string DescribeMissing(TaskNode missing) => $"its dependency {missing.Id} {DescribeEnd(missing)}";

    /// <summary>Describes the end of a task without a result.</summary>
    public static string DescribeEnd(TaskNode task) =>
        task.State switch
        {
            TaskState.Skipped => "was skipped",
            TaskState.Cancelled => "was cancelled",
            _ => "failed",
        };

    /// <summary>Moves an attempt to another state.</summary>
    public void MoveAttempt(LiveAttempt attempt, AttemptState state, DateTimeOffset at, AttemptEnd? ending = null)
    {
        if (!Transitions.Allows(attempt.State.Status, state.Status))
        {
            throw new InvalidOperationException($"Attempt {attempt.Id} cannot go from {attempt.State.Status} to {state.Status}");
        }

        attempt.State = state;
        attempt.SubmittedAt ??= state is AttemptState.Ended ? null : at;
        _changes.Add(new Change.AttemptMoved(attempt, state, at, ending));
    }

    /// <summary>Moves a task to another state, or gives its state another reason. A task that is left out becomes pending instead of
    /// ready.</summary>
    public void MoveTask(TaskNode task, TaskState to, string? reason, DateTimeOffset at)
    {
        var from = task.State;
        var isHeldBack = task is { IsLeftOut: true, LiveAttempt: null } && to == TaskState.Ready;
        if (isHeldBack)
        {
            reason = reason is null ? NotSelected : $"{reason}; {NotSelected}";
            to = from == TaskState.Pending ? TaskState.Pending : to;
        }

        if (!Transitions.Allows(from, to))
        {
            throw new InvalidOperationException($"Task {task.Id} cannot go from {from} to {to}");
        }

        task.LiveAttempt?.LastReason = reason;
        if (task.Hold is not null && to != TaskState.WaitingExternal)
        {
            model.SetHold(task, null);
        }

        task.MustRecompute &= !to.IsEnd();
        model.MoveTask(task, to);
        _changes.Add(new Change.TaskMoved(task, from, to, reason, at));
        Canaries?.NoteMove(task, to, reason, at);
        // Two moves, because the first one is an event: it says why the task gets another attempt.
        if (isHeldBack && to == TaskState.Ready)
        {
            model.MoveTask(task, TaskState.Pending);
            _changes.Add(new Change.TaskMoved(task, to, TaskState.Pending, reason, at));
            Canaries?.NoteMove(task, TaskState.Pending, reason, at);
        }
    }

    /// <summary>Moves the run to another state.</summary>
    public void MoveRun(RunState to, string? reason, DateTimeOffset at)
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

    private static T[] Drain<T>(List<T> list)
    {
        if (list.Count == 0)
        {
            return [];
        }

        var taken = list.ToArray();
        list.Clear();
        return taken;
    }
}
