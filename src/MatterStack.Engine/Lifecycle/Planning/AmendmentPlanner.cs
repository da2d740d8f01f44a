using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Amends tasks at the request of a person, and replaces attempts that have not begun.</summary>
internal sealed class AmendmentPlanner(RunModel model, RunTransitions transitions)
{
    private const int MaxNames = 5;

    /// <summary>Amends all tasks of a request, or none. Tasks that have completed meanwhile need no amendment and are left out.</summary>
    public RequestAnswer AmendTasks(RunRequest request, DateTimeOffset now)
    {
        if (request.AmendmentProblem is { } problem)
        {
            return new(false, problem);
        }

        var completed = new List<TaskNode>();
        var chosen = new List<(TaskNode Task, TaskAmendment Amendment)>();
        foreach (var amendment in request.Amendments)
        {
            var task = model.FindTask(amendment.After.Task.Id.Value)!;
            if (task.State == TaskState.Completed)
            {
                completed.Add(task);
            }
            else if (amendment.Changes.Count > 0)
            {
                chosen.Add((task, amendment));
            }
        }

        if (request.Amendments.Count == completed.Count)
        {
            return new(
                false,
                $"{ListTasks(completed)} completed, and a result does not change; -t:Rerun computes it again, and then -t:Amend changes how"
            );
        }

        var refusals = chosen.Select(pair => FindRefusal(pair.Task, pair.Amendment)).OfType<string>().ToList();
        if (refusals.Count > 0)
        {
            var others = refusals.Count > MaxNames ? $"; and {refusals.Count - MaxNames} more" : "";
            return new(false, $"no task is amended: {string.Join("; ", refusals.Take(MaxNames))}{others}");
        }

        return chosen.Count == 0
            ? new(
                true,
                "nothing changes: "
                    + CountText.FormatCount(request.Amendments.Count - completed.Count, "task has", "tasks have")
                    + " these values already"
            )
            : AmendAll(chosen, completed, request, now);
    }

    /// <summary>Continues a replacement that an earlier command requested.</summary>
    public void ResumeReplacement(LiveAttempt attempt, DateTimeOffset now)
    {
        if (attempt is { State: AttemptState.Created, UnreachableReason: null })
        {
            // Its operator has been asked for it and knows nothing: it was certainly not started.
            transitions.ReplaceAttempt(attempt, attempt.EndRequest!.Reason, null, now);
        }
        else
        {
            transitions.AddAttemptToEnd(attempt);
        }
    }

    private RequestAnswer AmendAll(
        List<(TaskNode Task, TaskAmendment Amendment)> chosen,
        List<TaskNode> completed,
        RunRequest request,
        DateTimeOffset now
    )
    {
        var (replaced, going) = (new List<TaskNode>(), new List<TaskNode>());
        foreach (var (task, amendment) in chosen)
        {
            transitions.AmendTask(task, amendment, task.LiveAttempt?.Id ?? task.Hold?.Attempt, request.Actor, request.Reason, now);
            if (task.LiveAttempt is { } live && amendment.ChangesAttempt)
            {
                (TryReplace(live, amendment, request, now) ? replaced : going).Add(task);
            }
        }

        var failed = chosen.Count(static pair => pair.Task.State is TaskState.Failed or TaskState.Cancelled or TaskState.Skipped);
        var held = chosen.Count(static pair => pair.Task.Hold is not null);
        return new(
            true,
            $"{ListTasks([.. chosen.Select(static pair => pair.Task)])} amended from the next attempt on: {DescribeChanges(chosen)}"
                + (replaced.Count == 0 ? "" : $"; {ListTasks(replaced)} waiting in a queue and will be replaced")
                + (going.Count == 0 ? "" : $"; {ListTasks(going)} under way with the former values")
                + (completed.Count == 0 ? "" : $"; {ListTasks(completed)} completed and left out")
                + (
                    failed == 0
                        ? ""
                        : $"; {CountText.FormatCount(failed, "task has", "tasks have")} ended: -t:Revive or -t:Rerun starts another attempt"
                )
                + (
                    held == 0
                        ? ""
                        : $"; {CountText.FormatCount(held, "task is", "tasks are")} held: -t:Respond -p:Decision=retry starts another "
                            + "attempt"
                )
                + (model.State == RunState.Paused ? "; the run is paused: -t:Resume lets attempts start" : "")
        );
    }

    // Returns whether the attempt is replaced, unless it begins at this moment.
    private bool TryReplace(LiveAttempt attempt, TaskAmendment amendment, RunRequest request, DateTimeOffset now)
    {
        // Its end is requested already.
        if (attempt.EndRequest is { } asked)
        {
            return asked.Kind == EndRequestKind.Replacement;
        }

        // It takes its result from the cache, and the result stays the same.
        if (
            attempt.State is not (AttemptState.Created or AttemptState.Submitted)
            || (attempt.Fingerprint is not null && !amendment.ChangesResult)
        )
        {
            return false;
        }

        var reason = $"replaced: {request.Actor} amended its task ({amendment.Describe()})";
        if (attempt is { State: AttemptState.Created, UnreachableReason: null } and ({ HoldsCapacity: false } or { IsDurable: false }))
        {
            transitions.ReplaceAttempt(attempt, reason, null, now);
            return true;
        }

        transitions.RequestEnd(attempt, new EndRequest(now, request.Actor, reason, EndRequestKind.Replacement));
        transitions.AddAttemptToEnd(attempt);
        return true;
    }

    private string? FindRefusal(TaskNode task, TaskAmendment amendment) =>
        transitions.FindUnroutableReason(amendment) is { } unroutable ? $"task {task.Id}: {unroutable}"
        : transitions.FindTooLargeReason(task, amendment) is { } tooLarge ? $"task {task.Id} {tooLarge}"
        : null;

    private static string DescribeChanges(List<(TaskNode Task, TaskAmendment Amendment)> chosen)
    {
        var texts = chosen.Select(static pair => pair.Amendment.Describe()).Distinct(StringComparer.Ordinal).ToList();
        return texts.Count <= MaxNames
            ? string.Join("; ", texts)
            : string.Join("; ", texts.Take(MaxNames)) + $"; and {texts.Count - MaxNames} more";
    }

    // "task a is", "3 tasks (a, b, c) are"
    private static string ListTasks(List<TaskNode> tasks)
    {
        if (tasks.Count == 1)
        {
            return $"task {tasks[0].Id} is";
        }

        var names = string.Join(", ", tasks.Take(MaxNames).Select(static task => task.Id.Value));
        return $"{CountText.FormatCount(tasks.Count, "task")} ({names}{(tasks.Count > MaxNames ? ", …" : "")}) are";
    }
}
