using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies requests of people to the model.</summary>
/// <param name="model">The run.</param>
/// <param name="transitions">Receives the changes.</param>
/// <param name="brake">Counts failures anew when a person continues the run.</param>
internal sealed class RequestPlanner(RunModel model, RunTransitions transitions, FailureBrake brake)
{
    private readonly OrphanPlanner _orphans = new(model, transitions);
    private readonly HoldPlanner _holds = new(model, transitions);
    private readonly RerunPlanner _reruns = new(model, transitions);
    private readonly AmendmentPlanner _amendments = new(model, transitions);

    /// <summary>Grants or refuses a request. The answer holds the reason.</summary>
    public RequestAnswer DecideRequest(RunRequest request, DateTimeOffset now)
    {
        var answer = request.Kind switch
        {
            RequestKind.Pause => PauseRun(request, now),
            RequestKind.Resume => ResumeRun(request, now),
            RequestKind.Cancel => CancelRun(request, now),
            RequestKind.Revive => ReviveRun(request, now),
            RequestKind.Rerun => RefuseWhileCancelling("after the run is CANCELLED, -t:Rerun or -t:Revive continues it")
                ?? _reruns.RerunTasks(request, now),
            RequestKind.CancelAttempt when request.Tasks.Count > 0 => CancelAttemptsOf(request, now),
            RequestKind.CancelAttempt => CancelAttempt(request, now),
            RequestKind.CleanupOrphans => _orphans.CleanUpOrphans(now),
            RequestKind.Respond => _holds.AnswerHold(request, now),
            RequestKind.Annotate => new AnnotationPlanner(transitions).AnnotateRun(request, now),
            RequestKind.Amend => _amendments.AmendTasks(request, now),
            RequestKind.Drive => ChangeDriver(request, now),
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

    private RequestAnswer ChangeDriver(RunRequest request, DateTimeOffset now)
    {
        var driver = RunDriver.FromArguments(request.Changes);
        if (driver is not null && model.State.IsEnd())
        {
            return RefuseEnded();
        }

        transitions.AddChange(new Change.DriverChanged(driver, request.Actor, now));
        return new(
            true,
            driver is null
                ? "the run has no driver any more"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"the run is driven by {driver.Kind} on {driver.Machine}, every {driver.EverySeconds} s"
                )
        );
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
        brake.RestartCount();
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

    // An attempt that has ended meanwhile is as the person wants it: it does not run.
    private RequestAnswer CancelAttemptsOf(RunRequest request, DateTimeOffset now)
    {
        var attempts = request.Tasks.Select(id => model.FindTask(id.Value)?.LiveAttempt).OfType<LiveAttempt>().ToList();
        if (attempts.Count == 0)
        {
            return new(false, "none of the selected tasks has a live attempt; ended attempts never change");
        }

        foreach (var attempt in attempts)
        {
            var before = attempt.EndRequest is { Kind: EndRequestKind.Cancel } known ? known : null;
            EndAttempt(attempt, before ?? CreateCancelRequest(request, now), now);
        }

        var over = request.Tasks.Count - attempts.Count;
        return new(
            true,
            $"{CountText.FormatCount(attempts.Count, "attempt is", "attempts are")} being ended: "
                + TaskNames.Describe(attempts.Select(static attempt => attempt.Task.Id))
                + (over == 0 ? "" : $"; {CountText.FormatCount(over, "other task has", "other tasks have")} no live attempt")
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
        foreach (var attempt in model.LiveAttempts.ToList())
        {
            if (attempt.EndRequest is { Kind: EndRequestKind.Replacement })
            {
                _amendments.ResumeReplacement(attempt, now);
            }
            else if (attempt.EndRequest is { Kind: EndRequestKind.Cancel } || (attempt.EndRequest is not null && attempt.TimeLimit is null))
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
        _reruns.ReopenTasks(again, $"revived after {before}", now);
        brake.RestartCount();
        transitions.MoveRun(RunState.Running, $"revived by {request.Actor}; it was {before}", now);
        return new(
            true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the run was {before} and continues; {CountText.FormatCount(again.Count, "task gets", "tasks get")} a new attempt. "
                    + $"Start -t:Loop to drive the run{_reruns.DescribeLeftOut(again)}"
            )
        );
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

    /// <summary>Describes who requested an end, when and why.</summary>
    public static string DescribeRequest(EndRequest asked) =>
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

    private RequestAnswer RefuseEnded() =>
        new(false, $"the run has ended ({model.State.ToText()}); -t:Revive continues a failed or cancelled run");
}
