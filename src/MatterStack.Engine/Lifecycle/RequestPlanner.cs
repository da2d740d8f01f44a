using System.Globalization;

namespace MatterStack.Engine.Lifecycle;

/// <summary>Applies requests of people to the model, as <see cref="TickPlanner"/> applies facts, and adds the changes.</summary>
internal sealed class RequestPlanner(RunModel model, TickPlanner planner)
{
    private static readonly TimeSpan OrphanAge = TimeSpan.FromMinutes(1);

    /// <summary>Attempts to end outside as soon as their end requests are durable. Later facts report the ends.</summary>
    public List<LiveAttempt> ToEnd { get; } = [];

    /// <summary>Grants or refuses a request. The answer holds the reason.</summary>
    public RequestAnswer Decide(RunRequest request, WiringLimits limits, DateTimeOffset now)
    {
        var answer = request.Kind switch
        {
            RequestKind.Pause => Pause(request, now),
            RequestKind.Resume => Resume(request, now),
            RequestKind.Cancel => Cancel(request, limits, now),
            RequestKind.Revive => Revive(request, now),
            RequestKind.Rerun => Rerun(request, now),
            RequestKind.CancelAttempt => CancelAttempt(request, limits, now),
            RequestKind.CleanupOrphans => CleanUp(limits, now),
            _ => throw new InvalidOperationException($"No rule for {request.Kind}"),
        };
        planner.Note("REQUEST_" + request.Kind.ToString().ToUpperInvariant(), request.Task, request.Attempt, request.Actor,
            $"{(answer.Done ? "" : "refused: ")}{answer.Text}{(request.Reason is null ? "" : $" (reason given: {request.Reason})")}", now);
        return answer;
    }

    private RequestAnswer Pause(RunRequest request, DateTimeOffset now)
    {
        if (BeingEnded("the run needs no pause") is { } ending)
        {
            return ending;
        }

        if (model.State is RunState.Paused)
        {
            return new(true, "the run is already paused");
        }

        if (model.State.IsEnd())
        {
            return Ended();
        }

        planner.MoveRun(RunState.Paused, request.Reason ?? $"paused by {request.Actor}", now);
        var waiting = model.Live.Count(a => a is { Released: true, State: AttemptState.Submitted });
        return new(true, string.Create(CultureInfo.InvariantCulture,
            $"the run is paused: no new attempt starts{(waiting == 0 ? "" : $", {waiting} queued attempts are held")}, "
            + $"{model.Live.Count(a => a.Released) - waiting} running attempts continue"));
    }

    private RequestAnswer Resume(RunRequest request, DateTimeOffset now)
    {
        if (BeingEnded("after the run is CANCELLED, -t:Revive continues it") is { } ending)
        {
            return ending;
        }

        if (model.State is not RunState.Paused)
        {
            return model.State.IsEnd() ? Ended() : new(true, "the run is not paused");
        }

        planner.MoveRun(RunState.Running, null, now);
        return new(true, $"the run continues{(request.Reason is null ? "" : ": " + request.Reason)}");
    }

    private RequestAnswer Cancel(RunRequest request, WiringLimits limits, DateTimeOffset now)
    {
        if (model.State.IsEnd())
        {
            return model.State == RunState.Cancelled ? new(true, "the run is already cancelled") : Ended();
        }

        if (model.CancelAsked is { } before)
        {
            EndAll(before, limits, now);
            return new(true, $"the run is already being cancelled ({Since(before)})");
        }

        var asked = new EndRequest(now, request.Actor, request.Reason ?? $"cancelled by {request.Actor}", EndKind.Cancel);
        model.CancelAsked = asked;
        planner.Tell(new Change.EndAsked(null, asked));
        EndAll(asked, limits, now);
        foreach (var task in model.Tasks.Where(t => !t.State.IsEnd() && t.Live is null))
        {
            planner.MoveTask(task, TaskState.Cancelled, asked.Why, now);
        }

        return new(true, ToEnd.Count == 0 ? "the run had no live attempt"
            : string.Create(CultureInfo.InvariantCulture,
                $"the run is being cancelled: no new attempt starts, "
                + $"and {ToEnd.Count} live attempt{(ToEnd.Count == 1 ? " is" : "s are")} being ended"));
    }

    private RequestAnswer CancelAttempt(RunRequest request, WiringLimits limits, DateTimeOffset now)
    {
        if (request.Attempt is not { } id || model.FindLive(id) is not { } attempt)
        {
            return new(false, $"attempt {request.Attempt} is not live; ended attempts never change");
        }

        var before = attempt.EndAsked is { Kind: EndKind.Cancel } known ? known : null;
        EndAttempt(attempt, before ?? new EndRequest(now, request.Actor, request.Reason ?? $"cancelled by {request.Actor}", EndKind.Cancel), limits, now);
        return new(true, $"attempt {id} of task {attempt.Task.Id} "
            + (before is null ? "is being ended" : $"is already being ended ({Since(before)})"));
    }

    /// <summary>Resumes end requests of an earlier command. Ends attempts that were only intended, if the run is being cancelled.</summary>
    public void GoOn(WiringLimits limits, DateTimeOffset now)
    {
        if (model.CancelAsked is { } asked)
        {
            EndAll(asked, limits, now);
            return;
        }

        // The time-limit planner repeats the requests for limits that the engine enforces.
        ToEnd.AddRange(model.Live.Where(a => a.EndAsked is { Kind: EndKind.Cancel } || (a.EndAsked is not null && a.Limit is null)));
    }

    private RequestAnswer Revive(RunRequest request, DateTimeOffset now)
    {
        if (BeingEnded("after the run is CANCELLED, -t:Revive continues it") is { } ending)
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
        Reopen(again, $"revived after {before}", now);
        planner.MoveRun(RunState.Running, $"revived by {request.Actor}; it was {before}", now);
        return new(true, string.Create(CultureInfo.InvariantCulture,
            $"the run was {before} and continues; {again.Count} tasks get a new attempt. Start -t:Loop to drive the run"));
    }

    private RequestAnswer Rerun(RunRequest request, DateTimeOffset now)
    {
        if (request.Task is not { } id || model.Tasks.FirstOrDefault(t => t.Id == id) is not { } task)
        {
            return new(false, $"the run has no task '{request.Task}'");
        }

        if (BeingEnded("after the run is CANCELLED, -t:Rerun or -t:Revive continues it") is { } ending)
        {
            return ending;
        }

        if (task.Live is { } live)
        {
            return new(false, live.EndAsked is { } asked
                ? $"attempt {live.Id} of task {id} is being ended ({Since(asked)}) and has not ended: -t:Step requests the end again; "
                    + "if the attempt can never be reached, -t:CleanupOrphans gives it up"
                : $"task {id} has a live attempt ({live.Id}); end it first: -t:CancelAttempt -p:AttemptId={live.Id}");
        }

        var again = new List<TaskNode> { task };
        var below = Below(task);
        if (request.Downstream && below.FirstOrDefault(t => t.Live is not null) is { } busy)
        {
            return new(false, $"task {busy.Id}, which depends on {id}, has a live attempt ({busy.Live!.Id}); end it first");
        }

        // Skipped dependents can run now. Completed dependents run again only if the request includes them.
        again.AddRange(below.Where(t => request.Downstream ? t.State.IsEnd() : t.State == TaskState.Skipped));
        foreach (var node in again)
        {
            node.Anew = true;
        }

        Reopen(again, $"requested again by {request.Actor}", now);
        if (model.State.IsEnd())
        {
            planner.MoveRun(RunState.Running, $"task {id} runs again", now);
        }

        return new(true, again.Count == 1 ? $"task {id} runs again"
            : string.Create(CultureInfo.InvariantCulture, $"task {id} and {again.Count - 1} dependent tasks run again"));
    }

    private RequestAnswer CleanUp(WiringLimits limits, DateTimeOffset now)
    {
        // An attempt that a loop intended ahead, or a moment ago, is about to start and is no orphan.
        // An attempt whose end request was sent a moment ago is about to end.
        var orphans = model.Live.Where(a => a.Unreachable is not null
            || (a.EndAsked is { } asked && (asked.ToldAt is null ? asked.Trouble is not null : now - asked.At > OrphanAge))
            || (a.State is AttemptState.Created && limits.Keys[a.Task.Key].Ahead == 0 && now - a.CreatedAt > OrphanAge)).ToList();
        var beyond = Beyond(orphans);
        foreach (var orphan in orphans)
        {
            var where = orphan.Unreachable ?? orphan.EndAsked?.Trouble ?? (orphan.EndAsked is null ? null
                : "the end request was sent, but the attempt has not ended");
            var state = where is null
                ? new AttemptState.Ended(Outcome.FailedInit, "the attempt never started (cleaned up)", null)
                : new AttemptState.Ended(Outcome.Failed,
                    $"given up (cleaned up){(orphan.EndAsked is null ? "" : ", its end was requested and it may continue")}: {where}",
                    null);
            // An unreachable attempt may continue: only a person may start another one beside it.
            planner.End(orphan, state, where is null ? null : new Ending { LivesOn = where }, now, limits);
        }

        return new(true, orphans.Count == 0
            ? $"there is no orphan{UnderWay()}"
            : $"{orphans.Count} ended: {string.Join(", ", orphans.Take(10).Select(o => $"{o.Task.Id} ({o.Id})"))}{beyond}");
    }

    // A person who looks for orphans may mean one of the live attempts.
    private string UnderWay() => model.Live.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"; live attempts: "
        + $"{string.Join("; ", model.Live.Take(5).Select(a => $"{a.Task.Id} ({a.Id}){((a.Told ?? a.PutOff) is { } words ? ": " + words : "")}"))}"
        + $"{(model.Live.Count > 5 ? $"; and {model.Live.Count - 5} more" : "")}"
        + $". -t:CancelAttempt -p:AttemptId=… ends one, -t:Cancel all");

    // The answer names the attempts that the request does not reach.
    private static string Beyond(IReadOnlyCollection<LiveAttempt> given)
    {
        var unreachable = given.Where(a => a.Unreachable is not null || a.EndAsked is not null).ToList();
        var named = unreachable.Take(5).Select(a =>
            $"{a.Task.Id} ({a.Id}): {a.Unreachable ?? a.EndAsked?.Trouble ?? "the end request was sent, but the attempt has not ended"}");
        return unreachable.Count == 0 ? ""
            : $"; NOT REACHED from here, may continue: {string.Join("; ", named)}"
                + (unreachable.Count > 5 ? $"; and {unreachable.Count - 5} more" : "");
    }

    private void EndAll(EndRequest asked, WiringLimits limits, DateTimeOffset now)
    {
        foreach (var attempt in model.Live.ToList())
        {
            EndAttempt(attempt, attempt.EndAsked is { Kind: EndKind.Cancel } own ? own : asked with { ToldAt = null, Trouble = null }, limits, now);
        }
    }

    private void EndAttempt(LiveAttempt attempt, EndRequest asked, WiringLimits limits, DateTimeOffset now)
    {
        // An attempt with an end request was released, even if no command has observed it outside.
        if (attempt.Released || attempt.Unreachable is not null || attempt.EndAsked is not null)
        {
            if (attempt.EndAsked != asked)
            {
                planner.AskEnd(attempt, asked);
            }

            ToEnd.Add(attempt);
        }
        else
        {
            planner.End(attempt, new AttemptState.Ended(Outcome.Cancelled, asked.Why, null), null, now, limits);
        }
    }

    private static string Since(EndRequest asked) => string.Create(CultureInfo.InvariantCulture, $"since {asked.At:yyyy-MM-dd HH:mm:ss} UTC, by {asked.By}: {asked.Why}");

    private RequestAnswer? BeingEnded(string instead) => model.CancelAsked is not { } asked ? null
        : new(false, $"the run is being cancelled ({Since(asked)}) and no attempt starts; {model.Live.Count} attempts have not ended. "
            + $"-t:Step requests their ends again, -t:CleanupOrphans gives up attempts that can never be reached; {instead}");

    // All tasks become pending first: the count of open dependencies of each one depends on the others.
    private void Reopen(IReadOnlyList<TaskNode> tasks, string reason, DateTimeOffset now)
    {
        foreach (var task in tasks)
        {
            planner.MoveTask(task, TaskState.Pending, reason, now);
        }

        foreach (var dependent in tasks.Concat(tasks.SelectMany(t => t.Dependents).Select(seq => model.Tasks[seq])).Distinct())
        {
            dependent.Unfinished = dependent.DependsOn.Count(d => !model.Tasks[d].State.IsEnd());
        }

        foreach (var task in tasks.Where(t => t.Unfinished == 0))
        {
            planner.MoveTask(task, TaskState.Ready, reason, now);
        }
    }

    private List<TaskNode> Below(TaskNode task)
    {
        var seen = new HashSet<int> { task.Seq };
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

    private RequestAnswer Ended() =>
        new(false, $"the run has ended ({model.State.ToText()}); -t:Revive continues a failed or cancelled run");
}
