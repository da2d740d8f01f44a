using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies requests of people to the model.</summary>
internal sealed class RequestPlanner(RunModel model, RunTransitions transitions)
{
    private const string NotEnded = "the end request was sent, but the attempt has not ended";
    private static readonly TimeSpan MinOrphanAge = TimeSpan.FromMinutes(1);

    /// <summary>Grants or refuses a request. The answer holds the reason.</summary>
    public RequestAnswer DecideRequest(RunRequest request, DateTimeOffset now)
    {
        var answer = request.Kind switch
        {
            RequestKind.Pause => PauseRun(request, now),
            RequestKind.Resume => ResumeRun(request, now),
            RequestKind.Cancel => CancelRun(request, now),
            RequestKind.Revive => ReviveRun(request, now),
            RequestKind.Rerun => RerunTask(request, now),
            RequestKind.CancelAttempt => CancelAttempt(request, now),
            RequestKind.CleanupOrphans => CleanUpOrphans(now),
            _ => throw new InvalidOperationException($"No rule for {request.Kind}"),
        };
        transitions.RecordEvent(
            EventKinds.GetKind(request.Kind),
            request.Task,
            request.Attempt,
            request.Actor,
            (answer.IsGranted ? "" : "refused: ") + answer.Text + (request.Reason is { } reason ? $" (reason given: {reason})" : ""),
            now
        );
        return answer;
    }

    private RequestAnswer PauseRun(RunRequest request, DateTimeOffset now)
    {
        if (RefuseWhileCancelling("the run needs no pause") is { } ending)
        {
            return ending;
        }

        if (model.State is RunState.Paused)
        {
            return new(true, "the run is already paused");
        }

        if (model.State.IsEnd())
        {
            return RefuseEnded();
        }

        transitions.MoveRun(RunState.Paused, request.Reason ?? $"paused by {request.Actor}", now);
        var waiting = model.LiveAttempts.Count(a => a is { HoldsCapacity: true, State: AttemptState.Submitted });
        return new(
            true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the run is paused: no new attempt starts{(waiting == 0 ? "" : $", {waiting} queued attempts are held")}, "
                    + $"{model.LiveAttempts.Count(a => a.HoldsCapacity) - waiting} running attempts continue"
            )
        );
    }

    private RequestAnswer ResumeRun(RunRequest request, DateTimeOffset now)
    {
        if (RefuseWhileCancelling("after the run is CANCELLED, -t:Revive continues it") is { } ending)
        {
            return ending;
        }

        if (model.State is not RunState.Paused)
        {
            return model.State.IsEnd() ? RefuseEnded() : new(true, "the run is not paused");
        }

        transitions.MoveRun(RunState.Running, null, now);
        return new(true, $"the run continues{(request.Reason is null ? "" : ": " + request.Reason)}");
    }

    private RequestAnswer CancelRun(RunRequest request, DateTimeOffset now)
    {
        if (model.State.IsEnd())
        {
            return model.State == RunState.Cancelled ? new(true, "the run is already cancelled") : RefuseEnded();
        }

        if (model.CancelRequest is { } before)
        {
            EndAllAttempts(before, now);
            return new(true, $"the run is already being cancelled ({DescribeRequest(before)})");
        }

        var asked = CreateCancelRequest(request, now);
        model.CancelRequest = asked;
        transitions.AddChange(new Change.EndRequested(null, asked));
        var others = transitions.AttemptsToEndCount;
        EndAllAttempts(asked, now);
        var ending = transitions.AttemptsToEndCount - others;
        foreach (var task in model.Tasks.Where(t => !t.State.IsEnd() && t.LiveAttempt is null))
        {
            transitions.MoveTask(task, TaskState.Cancelled, asked.Reason, now);
        }

        return new(
            true,
            ending == 0
                ? "the run had no live attempt"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"the run is being cancelled: no new attempt starts, "
                        + $"and {CountText.FormatCount(ending, "live attempt is", "live attempts are")} being ended"
                )
        );
    }

    private RequestAnswer CancelAttempt(RunRequest request, DateTimeOffset now)
    {
        if (request.Attempt is not { } id || model.FindLive(id) is not { } attempt)
        {
            return new(false, $"attempt {request.Attempt} is not live; ended attempts never change");
        }

        var before = attempt.EndRequest is { Kind: EndRequestKind.Cancel } known ? known : null;
        EndAttempt(attempt, before ?? CreateCancelRequest(request, now), now);
        return new(
            true,
            $"attempt {id} of task {attempt.Task.Id} "
                + (before is null ? "is being ended" : $"is already being ended ({DescribeRequest(before)})")
        );
    }

    /// <summary>Resumes end requests of an earlier command. Ends attempts that were only intended, if the run is being cancelled.</summary>
    public void ResumeEndRequests(DateTimeOffset now)
    {
        if (model.CancelRequest is { } asked)
        {
            EndAllAttempts(asked, now);
            return;
        }

        // The time-limit planner repeats the requests for limits that the engine enforces.
        foreach (var attempt in model.LiveAttempts)
        {
            if (attempt.EndRequest is { Kind: EndRequestKind.Cancel } || (attempt.EndRequest is not null && attempt.TimeLimit is null))
            {
                transitions.AddAttemptToEnd(attempt);
            }
        }
    }

    private RequestAnswer ReviveRun(RunRequest request, DateTimeOffset now)
    {
        if (RefuseWhileCancelling("after the run is CANCELLED, -t:Revive continues it") is { } ending)
        {
            return ending;
        }

        if (model.State is not (RunState.Failed or RunState.Cancelled))
        {
            return model.State == RunState.Completed
                ? new(false, "the run is completed; no task failed. To compute a task again: -t:Rerun -p:TaskId=…")
                : new(true, "the run has not ended; -t:Revive is not needed");
        }

        var before = model.State.ToText();
        var again = model.Tasks.Where(t => t.State is TaskState.Failed or TaskState.Cancelled or TaskState.Skipped).ToList();
        ReopenTasks(again, $"revived after {before}", now);
        transitions.MoveRun(RunState.Running, $"revived by {request.Actor}; it was {before}", now);
        return new(
            true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the run was {before} and continues; {CountText.FormatCount(again.Count, "task gets", "tasks get")} a new attempt. "
                    + $"Start -t:Loop to drive the run"
            )
        );
    }

    private RequestAnswer RerunTask(RunRequest request, DateTimeOffset now)
    {
        if (request.Task is not { } id || model.Tasks.FirstOrDefault(t => t.Id == id) is not { } task)
        {
            return new(false, $"the run has no task '{request.Task}'");
        }

        if (RefuseWhileCancelling("after the run is CANCELLED, -t:Rerun or -t:Revive continues it") is { } ending)
        {
            return ending;
        }

        if (task.LiveAttempt is { } live)
        {
            return new(
                false,
                live.EndRequest is { } asked
                    ? $"attempt {live.Id} of task {id} is being ended ({DescribeRequest(asked)}) and has not ended: "
                        + "-t:Step requests the end again; if the attempt can never be reached, -t:CleanupOrphans gives it up"
                    : $"task {id} has a live attempt ({live.Id}); end it first: -t:CancelAttempt -p:AttemptId={live.Id}"
            );
        }

        var again = new List<TaskNode> { task };
        var below = GetDownstreamTasks(task);
        if (request.IncludesDownstream && below.FirstOrDefault(t => t.LiveAttempt is not null) is { } busy)
        {
            return new(false, $"task {busy.Id}, which depends on {id}, has a live attempt ({busy.LiveAttempt!.Id}); end it first");
        }

        // Skipped dependents can run now. Completed dependents run again only if the request includes them.
        again.AddRange(below.Where(t => request.IncludesDownstream ? t.State.IsEnd() : t.State == TaskState.Skipped));
        foreach (var node in again)
        {
            node.MustRecompute = true;
        }

        ReopenTasks(again, $"requested again by {request.Actor}", now);
        if (model.State.IsEnd())
        {
            transitions.MoveRun(RunState.Running, $"task {id} runs again", now);
        }

        return new(
            true,
            again.Count == 1
                ? $"task {id} runs again"
                : $"task {id} and {CountText.FormatCount(again.Count - 1, "dependent task")} run again"
        );
    }

    private RequestAnswer CleanUpOrphans(DateTimeOffset now)
    {
        var orphans = model.LiveAttempts.Where(a => IsOrphan(a, now)).ToList();
        var beyond = DescribeUnreached(orphans);
        foreach (var orphan in orphans)
        {
            var where = orphan.UnreachableReason ?? orphan.EndRequest?.PendingReason ?? (orphan.EndRequest is null ? null : NotEnded);
            var state = where is null
                ? new AttemptState.Ended(AttemptOutcome.FailedInit, "the attempt never started (cleaned up)", null, EndCause.NotStarted)
                : new AttemptState.Ended(
                    AttemptOutcome.Failed,
                    $"given up (cleaned up){(orphan.EndRequest is null ? "" : ", its end was requested and it may continue")}: {where}",
                    null,
                    EndCause.Lost
                );
            // An unreachable attempt may continue: only a person may start another one beside it.
            transitions.EndAttempt(orphan, state, where is null ? null : new AttemptEnd { StillRunning = where }, now);
        }

        return new(
            true,
            orphans.Count == 0
                ? $"there is no orphan{DescribeLiveAttempts()}"
                : $"{orphans.Count} ended: {string.Join(", ", orphans.Take(10).Select(o => $"{o.Task.Id} ({o.Id})"))}{beyond}"
        );
    }

    // An attempt that a loop intended ahead, or a moment ago, is about to start and is no orphan.
    // An attempt whose end request was sent a moment ago is about to end.
    private bool IsOrphan(LiveAttempt attempt, DateTimeOffset now) =>
        attempt.UnreachableReason is not null
        || (
            attempt.EndRequest is { } asked
            && (asked.SentAt is null ? asked.PendingReason is not null : now - asked.RequestedAt > MinOrphanAge)
        )
        || (
            attempt.State is AttemptState.Created
            && transitions.Capacity.GetLimit(attempt.Task).IntendAhead == 0
            && now - attempt.CreatedAt > MinOrphanAge
        );

    // A person who looks for orphans may mean one of the live attempts.
    private string DescribeLiveAttempts() =>
        model.LiveAttempts.Count == 0
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"; live attempts: "
                    + $"{string.Join("; ", model.LiveAttempts.Take(5).Select(DescribeLiveAttempt))}"
                    + $"{(model.LiveAttempts.Count > 5 ? $"; and {model.LiveAttempts.Count - 5} more" : "")}"
                    + $". -t:CancelAttempt -p:AttemptId=… ends one, -t:Cancel all"
            );

    private static string DescribeLiveAttempt(LiveAttempt attempt) =>
        $"{attempt.Task.Id} ({attempt.Id}){((attempt.LastReason ?? attempt.PostponedReason) is { } reason ? ": " + reason : "")}";

    // The answer names the attempts that the request does not reach.
    private static string DescribeUnreached(IReadOnlyCollection<LiveAttempt> given)
    {
        var unreachable = given.Where(a => a.UnreachableReason is not null || a.EndRequest is not null).ToList();
        var named = unreachable
            .Take(5)
            .Select(a => $"{a.Task.Id} ({a.Id}): {a.UnreachableReason ?? a.EndRequest?.PendingReason ?? NotEnded}");
        return unreachable.Count == 0
            ? ""
            : $"; NOT REACHED from here, may continue: {string.Join("; ", named)}"
                + (unreachable.Count > 5 ? $"; and {unreachable.Count - 5} more" : "");
    }

    private void EndAllAttempts(EndRequest asked, DateTimeOffset now)
    {
        foreach (var attempt in model.LiveAttempts.ToList())
        {
            var request = attempt.EndRequest is { Kind: EndRequestKind.Cancel } own
                ? own
                : asked with
                {
                    SentAt = null,
                    PendingReason = null,
                };
            EndAttempt(attempt, request, now);
        }
    }

    private void EndAttempt(LiveAttempt attempt, EndRequest asked, DateTimeOffset now)
    {
        // An attempt with an end request was released, even if no command has observed it outside.
        if (attempt.HoldsCapacity || attempt.UnreachableReason is not null || attempt.EndRequest is not null)
        {
            if (attempt.EndRequest != asked)
            {
                transitions.RequestEnd(attempt, asked);
            }

            transitions.AddAttemptToEnd(attempt);
        }
        else
        {
            var cancelled = new AttemptState.Ended(AttemptOutcome.Cancelled, asked.Reason, null, EndCause.Cancelled);
            transitions.EndAttempt(attempt, cancelled, null, now);
        }
    }

    private static EndRequest CreateCancelRequest(RunRequest request, DateTimeOffset now) =>
        new(now, request.Actor, request.Reason ?? $"cancelled by {request.Actor}", EndRequestKind.Cancel);

    private static string DescribeRequest(EndRequest asked) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"since {asked.RequestedAt:yyyy-MM-dd HH:mm:ss} UTC, by {asked.RequestedBy}: {asked.Reason}"
        );

    private RequestAnswer? RefuseWhileCancelling(string instead) =>
        model.CancelRequest is not { } asked
            ? null
            : new(
                false,
                $"the run is being cancelled ({DescribeRequest(asked)}) and no attempt starts; "
                    + $"{CountText.FormatCount(model.LiveAttempts.Count, "attempt has", "attempts have")} not ended. "
                    + $"-t:Step requests their ends again, "
                    + $"-t:CleanupOrphans gives up attempts that can never be reached; {instead}"
            );

    // All tasks become pending first: the count of open dependencies of each one depends on the others.
    private void ReopenTasks(IReadOnlyList<TaskNode> tasks, string reason, DateTimeOffset now)
    {
        foreach (var task in tasks)
        {
            transitions.MoveTask(task, TaskState.Pending, reason, now);
        }

        foreach (var dependent in tasks.Concat(tasks.SelectMany(t => t.Dependents).Select(seq => model.Tasks[seq])).Distinct())
        {
            dependent.OpenDependencies = dependent.DependsOn.Count(d => !model.Tasks[d].State.IsEnd());
        }

        foreach (var task in tasks.Where(t => t.OpenDependencies == 0))
        {
            transitions.MoveTask(task, TaskState.Ready, reason, now);
        }
    }

    private List<TaskNode> GetDownstreamTasks(TaskNode task)
    {
        var seen = new HashSet<int> { task.Position };
        var queue = new Queue<TaskNode>([task]);
        var below = new List<TaskNode>();
        while (queue.TryDequeue(out var current))
        {
            foreach (var seq in current.Dependents.Where(seen.Add))
            {
                below.Add(model.Tasks[seq]);
                queue.Enqueue(model.Tasks[seq]);
            }
        }

        return below;
    }

    private RequestAnswer RefuseEnded() =>
        new(false, $"the run has ended ({model.State.ToText()}); -t:Revive continues a failed or cancelled run");
}
