using System.Globalization;

namespace MatterStack.Engine.Lifecycle;

/// <summary>Decides what follows from a person's request, as <see cref="TickPlanner"/> does from facts: it moves the model and says what it changed.</summary>
internal sealed class RequestPlanner(RunModel model, TickPlanner planner)
{
    private static readonly TimeSpan OrphanAge = TimeSpan.FromMinutes(1);

    /// <summary>Attempts that have to be ended outside once that is durable; facts will tell when they are over.</summary>
    public List<LiveAttempt> ToEnd { get; } = [];

    /// <summary>Grants a request or says why not.</summary>
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
        if (BeingEnded("there is nothing to pause") is { } ending)
        {
            return ending;
        }

        if (model.State is RunState.Paused)
        {
            return new(true, "the run is paused already");
        }

        if (model.State.IsEnd())
        {
            return Ended();
        }

        planner.MoveRun(RunState.Paused, request.Reason ?? $"paused by {request.Actor}", now);
        var waiting = model.Live.Count(a => a is { Released: true, State: AttemptState.Submitted });
        return new(true, string.Create(CultureInfo.InvariantCulture,
            $"the run is paused; nothing new is started{(waiting == 0 ? "" : $", {waiting} that wait in a queue are held there")}, {model.Live.Count(a => a.Released) - waiting} attempts under way go on"));
    }

    private RequestAnswer Resume(RunRequest request, DateTimeOffset now)
    {
        if (BeingEnded("when the run is CANCELLED, -t:Revive takes it up again") is { } ending)
        {
            return ending;
        }

        if (model.State is not RunState.Paused)
        {
            return model.State.IsEnd() ? Ended() : new(true, "the run is not paused");
        }

        planner.MoveRun(RunState.Running, null, now);
        return new(true, $"the run goes on{(request.Reason is null ? "" : ": " + request.Reason)}");
    }

    private RequestAnswer Cancel(RunRequest request, WiringLimits limits, DateTimeOffset now)
    {
        if (model.State.IsEnd())
        {
            return model.State == RunState.Cancelled ? new(true, "the run was cancelled before") : Ended();
        }

        if (model.CancelAsked is { } before)
        {
            EndAll(before, limits, now);
            return new(true, $"the run is asked to end already ({Since(before)})");
        }

        var asked = new EndRequest(now, request.Actor, request.Reason ?? $"cancelled by {request.Actor}", EndKind.Cancel);
        model.CancelAsked = asked;
        planner.Tell(new Change.EndAsked(null, asked));
        EndAll(asked, limits, now);
        foreach (var task in model.Tasks.Where(t => !t.State.IsEnd() && t.Live is null))
        {
            planner.MoveTask(task, TaskState.Cancelled, asked.Why, now);
        }

        return new(true, ToEnd.Count == 0 ? "nothing of the run was under way"
            : string.Create(CultureInfo.InvariantCulture, $"the run is asked to end: nothing new is started in it, and {ToEnd.Count} attempt{(ToEnd.Count == 1 ? "" : "s")} under way {(ToEnd.Count == 1 ? "is" : "are")} being ended"));
    }

    private RequestAnswer CancelAttempt(RunRequest request, WiringLimits limits, DateTimeOffset now)
    {
        if (request.Attempt is not { } id || model.FindLive(id) is not { } attempt)
        {
            return new(false, $"attempt {request.Attempt} is not under way; ended attempts never change");
        }

        var before = attempt.EndAsked is { Kind: EndKind.Cancel } known ? known : null;
        EndAttempt(attempt, before ?? new EndRequest(now, request.Actor, request.Reason ?? $"cancelled by {request.Actor}", EndKind.Cancel), limits, now);
        return new(true, $"attempt {id} of task {attempt.Task.Id} {(before is null ? "is being ended" : $"is asked to end already ({Since(before)})")}");
    }

    /// <summary>Takes up ends that were asked for before and are not over; ends what was only intended in a run that is asked to end.</summary>
    public void GoOn(WiringLimits limits, DateTimeOffset now)
    {
        if (model.CancelAsked is { } asked)
        {
            EndAll(asked, limits, now);
            return;
        }

        // A time limit that somebody keeps is asked for again by whoever keeps it.
        ToEnd.AddRange(model.Live.Where(a => a.EndAsked is { Kind: EndKind.Cancel } || (a.EndAsked is not null && a.Limit is null)));
    }

    private RequestAnswer Revive(RunRequest request, DateTimeOffset now)
    {
        if (BeingEnded("when the run is CANCELLED, -t:Revive takes it up again") is { } ending)
        {
            return ending;
        }

        if (model.State is not (RunState.Failed or RunState.Cancelled))
        {
            return model.State == RunState.Completed ? new(false, "the run is completed; nothing in it failed. To compute a task again: -t:Rerun -p:TaskId=…") : new(true, "the run is going; there is nothing to revive");
        }

        var before = model.State.ToText();
        var again = model.Tasks.Where(t => t.State is TaskState.Failed or TaskState.Cancelled or TaskState.Skipped).ToList();
        Reopen(again, $"revived after {before}", now);
        planner.MoveRun(RunState.Running, $"revived by {request.Actor}; it was {before}", now);
        return new(true, string.Create(CultureInfo.InvariantCulture, $"the run was {before} and goes on; {again.Count} tasks are tried again. -t:Loop moves it"));
    }

    private RequestAnswer Rerun(RunRequest request, DateTimeOffset now)
    {
        if (request.Task is not { } id || model.Tasks.FirstOrDefault(t => t.Id == id) is not { } task)
        {
            return new(false, $"the run has no task '{request.Task}'");
        }

        if (BeingEnded("when the run is CANCELLED, -t:Rerun or -t:Revive takes it up again") is { } ending)
        {
            return ending;
        }

        if (task.Live is { } live)
        {
            return new(false, live.EndAsked is { } asked ? $"task {id} has an attempt ({live.Id}) that is asked to end ({Since(asked)}) and is not over: -t:Step asks again; if it can never be reached, -t:CleanupOrphans gives up on it"
                : $"task {id} has an attempt under way ({live.Id}); end it first: -t:CancelAttempt -p:AttemptId={live.Id}");
        }

        var again = new List<TaskNode> { task };
        var below = Below(task);
        if (request.Downstream && below.FirstOrDefault(t => t.Live is not null) is { } busy)
        {
            return new(false, $"task {busy.Id}, which depends on {id}, has an attempt under way ({busy.Live!.Id}); end it first");
        }

        // What was skipped because of it can run now; what has completed is done again only if asked for.
        again.AddRange(below.Where(t => request.Downstream ? t.State.IsEnd() : t.State == TaskState.Skipped));
        foreach (var node in again)
        {
            node.Anew = true;
        }

        Reopen(again, $"asked for again by {request.Actor}", now);
        if (model.State.IsEnd())
        {
            planner.MoveRun(RunState.Running, $"task {id} is run again", now);
        }

        return new(true, again.Count == 1 ? $"task {id} is run again" : string.Create(CultureInfo.InvariantCulture, $"task {id} and {again.Count - 1} that depend on it are run again"));
    }

    private RequestAnswer CleanUp(WiringLimits limits, DateTimeOffset now)
    {
        // What is intended ahead by a loop, or was a moment ago, is no orphan: it is about to start. One that was told to end a moment ago is about to end.
        var orphans = model.Live.Where(a => a.Unreachable is not null
            || (a.EndAsked is { } asked && (asked.ToldAt is null ? asked.Trouble is not null : now - asked.At > OrphanAge))
            || (a.State is AttemptState.Created && limits.Keys[a.Task.Key].Ahead == 0 && now - a.CreatedAt > OrphanAge)).ToList();
        var beyond = Beyond(orphans);
        foreach (var orphan in orphans)
        {
            var where = orphan.Unreachable ?? orphan.EndAsked?.Trouble ?? (orphan.EndAsked is null ? null : "it was told to end and has not");
            var state = where is null
                ? new AttemptState.Ended(Outcome.FailedInit, "it never started (cleaned up)", null)
                : new AttemptState.Ended(Outcome.Failed, $"given up (cleaned up){(orphan.EndAsked is null ? "" : ", it was asked to end and may go on")}: {where}", null);
            // What cannot be seen may go on: only a person lets another attempt begin beside it.
            planner.End(orphan, state, where is null ? null : new Ending { LivesOn = where }, now, limits);
        }

        return new(true, orphans.Count == 0 ? $"there is no orphan{UnderWay()}" : $"{orphans.Count} ended: {string.Join(", ", orphans.Take(10).Select(o => $"{o.Task.Id} ({o.Id})"))}{beyond}");
    }

    // Whoever looks for orphans may mean one of these.
    private string UnderWay() => model.Live.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"; under way {(model.Live.Count == 1 ? "is" : "are")} {string.Join("; ", model.Live.Take(5).Select(a => $"{a.Task.Id} ({a.Id}){((a.Told ?? a.PutOff) is { } words ? ": " + words : "")}"))}{(model.Live.Count > 5 ? $"; and {model.Live.Count - 5} more" : "")}. -t:CancelAttempt -p:AttemptId=… ends one, -t:Cancel all");

    // Whoever asks is to know what their request does not reach.
    private static string Beyond(IReadOnlyCollection<LiveAttempt> given)
    {
        var unreachable = given.Where(a => a.Unreachable is not null || a.EndAsked is not null).ToList();
        return unreachable.Count == 0 ? "" : $"; NOT REACHED from here, and perhaps going on: {string.Join("; ", unreachable.Take(5).Select(a => $"{a.Task.Id} ({a.Id}): {a.Unreachable ?? a.EndAsked?.Trouble ?? "it was told to end and has not"}"))}{(unreachable.Count > 5 ? $"; and {unreachable.Count - 5} more" : "")}";
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
        // One whose end was asked for was let go, also where no command has seen it outside yet.
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
        : new(false, $"the run is asked to end ({Since(asked)}) and nothing is started in it; {model.Live.Count} attempts are not over. -t:Step asks for their end again, -t:CleanupOrphans gives up on those that can never be reached; {instead}");

    // Back to waiting or ready, with the count of open dependencies that follows from all of them together.
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

    private RequestAnswer Ended() => new(false, $"the run has ended ({model.State.ToText()}); -t:Revive takes a failed or cancelled one up again");
}
