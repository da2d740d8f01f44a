using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies the answers of people about held tasks.</summary>
internal sealed class HoldPlanner(RunModel model, RunTransitions transitions)
{
    /// <summary>Grants or refuses an answer.</summary>
    public RequestAnswer AnswerHold(RunRequest request, DateTimeOffset now)
    {
        if (request.Task is not { } id || model.FindTask(id.Value) is not { } task)
        {
            return new(false, $"the run has no task '{request.Task}'");
        }

        if (task.Hold is not { } hold)
        {
            return new(
                false,
                $"task {id} is {task.State.ToText()} and is not held; an answer before this one counts, or the task runs again already"
            );
        }

        if (model.CancelRequest is not null)
        {
            return new(false, "the run is being cancelled and no attempt starts; after the run is CANCELLED, -t:Revive continues it");
        }

        return request.Decision switch
        {
            HoldDecision.GiveUp when request.Changes.Count > 0 => new(false, "give_up takes no amended values"),
            HoldDecision.GiveUp => GiveUp(task, hold, request, now),
            HoldDecision.Retry => Retry(task, hold, request, now),
            null => new(false, "the answer has no decision that this version of MatterStack knows"),
            _ => throw new InvalidOperationException($"No rule for {request.Decision}"),
        };
    }

    private RequestAnswer GiveUp(TaskNode task, TaskHold hold, RunRequest request, DateTimeOffset now)
    {
        var skipped = model.CountTasks(TaskState.Skipped);
        transitions.FailTask(task, $"given up by {request.Actor}: {hold.Reason}", now);
        skipped = model.CountTasks(TaskState.Skipped) - skipped;
        return new(
            true,
            $"task {task.Id} is given up and has failed"
                + (skipped == 0 ? "" : $"; {CountText.FormatCount(skipped, "dependent task is", "dependent tasks are")} skipped")
        );
    }

    private RequestAnswer Retry(TaskNode task, TaskHold hold, RunRequest request, DateTimeOffset now)
    {
        if (request.AmendmentProblem is { } problem)
        {
            return new(false, problem);
        }

        var amendment = request.Amendment is { Changes.Count: > 0 } changed ? changed : null;
        if (amendment is not null && transitions.FindTooLargeReason(task, amendment) is { } why)
        {
            return new(false, $"task {task.Id} {why}");
        }

        if (amendment is not null)
        {
            transitions.AmendTask(task, amendment, hold.Attempt, request.Actor, request.Reason, now);
        }

        var how = amendment is null ? "" : $" with {amendment.Describe()}";
        transitions.RestartTask(task, $"again by {request.Actor}{how}, after: {hold.Reason}", now);
        return new(
            true,
            $"task {task.Id} gets another attempt{how}"
                + (task.IsLeftOut ? $"; it is not selected ({model.Selection}): a -t:Loop without Select runs all tasks" : "")
                + (model.State == RunState.Paused ? "; the run is paused: -t:Resume lets it start" : "")
        );
    }
}
