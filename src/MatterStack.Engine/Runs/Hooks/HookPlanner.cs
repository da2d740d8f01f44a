using System.Text.Json.Nodes;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Runs.Hooks;

/// <summary>Decides which events are due for hooks after changes. It has no side effects: events are recorded with the changes and
/// delivered later.</summary>
internal sealed class HookPlanner(HookSettings book, RunModel model, RunId run, string workspace)
{
    private readonly HashSet<AttemptId> _reportedWaits = [];
    private readonly HashSet<AttemptId> _reportedToPeople = [];

    /// <summary>Events that are due for changes.</summary>
    public IReadOnlyList<Change> PlanEvents(IReadOnlyList<Change> changes)
    {
        if (book.IsEmpty)
        {
            return [];
        }

        var due = new List<Change>();
        foreach (var change in changes)
        {
            switch (change)
            {
                // A new reason for the same wait is not reported again.
                case Change.AttemptMoved { State: AttemptState.WaitingExternal waiting } moved when _reportedWaits.Add(moved.Attempt.Id):
                    AddEvent(due, HookFields.Waiting, moved, waiting.WaitingFor);
                    break;
                case Change.TaskMoved { To: TaskState.WaitingExternal, Task.Hold: { } hold } moved when _reportedWaits.Add(hold.Attempt):
                    AddEvent(due, moved, hold);
                    break;
                case Change.AttemptMoved { State: AttemptState.Ended { Outcome: AttemptOutcome.Completed } } moved:
                    AddEvent(due, HookFields.Completed, moved, null);
                    break;
                case Change.AttemptMoved
                {
                    State: AttemptState.Ended { Outcome: AttemptOutcome.Failed or AttemptOutcome.FailedInit } ended
                } moved:
                    AddEvent(due, HookFields.Failed, moved, ended.Reason);
                    break;
                case Change.RunMoved { To: RunState.Completed } moved:
                    AddEvent(due, HookFields.Completed, moved);
                    break;
                case Change.RunMoved { To: RunState.Failed } moved:
                    AddEvent(due, HookFields.Failed, moved);
                    break;
                default:
                    break;
            }
        }

        return due;
    }

    /// <summary>Event that only people can continue the run. Returns null if it is not due; it is due once for each new waiting
    /// attempt.</summary>
    public Change.HookDue? PlanWaitingEvent(WiringLimits limits, DateTimeOffset at)
    {
        if (
            book.FindHook(null, HookFields.Waiting) is null
            || model.State != RunState.Running
            || model.LiveAttempts.Count + model.HeldCount == 0
            || model.CountTasks(TaskState.Ready) > 0
            || model.LiveAttempts.Any(a => a.State is not AttemptState.WaitingExternal || !limits.Keys[a.KeyIndex].WaitsForPeople)
        )
        {
            return null;
        }

        var held = model.HeldCount == 0 ? [] : model.Tasks.Where(static task => task.Hold is not null).ToList();
        List<AttemptId> asked = [.. model.LiveAttempts.Select(a => a.Id), .. held.Select(task => task.Hold!.Attempt)];
        if (asked.TrueForAll(_reportedToPeople.Contains))
        {
            return null;
        }

        _reportedToPeople.UnionWith(asked);
        var told = CreateEvent(HookFields.Waiting, at);
        told["state"] = model.State.ToText();
        told["waiting"] = new JsonArray([
            .. model.LiveAttempts.Select(a => a.Task).Concat(held).OrderBy(task => task.Position).Select(task => (JsonNode)task.Id.Value),
        ]);
        return new Change.HookDue(HookFields.Waiting, null, null, told.ToJsonString(), at) { OnceFor = asked };
    }

    /// <summary>Marks attempts that already wait as reported.</summary>
    public void MarkCurrentWaits()
    {
        foreach (var attempt in model.LiveAttempts.Where(a => a.State is AttemptState.WaitingExternal))
        {
            _reportedWaits.Add(attempt.Id);
        }
    }

    private void AddEvent(List<Change> due, string name, Change.AttemptMoved moved, string? reason)
    {
        var attempt = moved.Attempt;
        var key = model.Keys[attempt.KeyIndex];
        if (book.FindHook(key, name) is null)
        {
            return;
        }

        var told = CreateEvent(name, moved.At);
        told["operator_key"] = key.Value;
        told["task_id"] = attempt.Task.Id.Value;
        told["attempt_id"] = attempt.Id.Value;
        told["attempt_index"] = attempt.Index;
        told["state"] = moved.State.Status.ToText();
        told["reason"] = reason;
        due.Add(new Change.HookDue(name, key, attempt.Id, told.ToJsonString(), moved.At));
    }

    // A held task waits for a person, as an attempt of a person does.
    private void AddEvent(List<Change> due, Change.TaskMoved moved, TaskHold hold)
    {
        var key = model.Keys[moved.Task.KeyIndex];
        if (book.FindHook(key, HookFields.Waiting) is null)
        {
            return;
        }

        var told = CreateEvent(HookFields.Waiting, moved.At);
        told["operator_key"] = key.Value;
        told["task_id"] = moved.Task.Id.Value;
        told["attempt_id"] = hold.Attempt.Value;
        told["attempt_index"] = moved.Task.AttemptCount;
        told["state"] = moved.To.ToText();
        told["reason"] = moved.Reason;
        due.Add(new Change.HookDue(HookFields.Waiting, key, hold.Attempt, told.ToJsonString(), moved.At));
    }

    private void AddEvent(List<Change> due, string name, Change.RunMoved moved)
    {
        if (book.FindHook(null, name) is null)
        {
            return;
        }

        var told = CreateEvent(name, moved.At);
        told["state"] = moved.To.ToText();
        told["reason"] = moved.Reason;
        due.Add(new Change.HookDue(name, null, null, told.ToJsonString(), moved.At));
    }

    private JsonObject CreateEvent(string name, DateTimeOffset at) =>
        new()
        {
            ["event"] = name,
            ["run_id"] = run.Value,
            ["workspace"] = workspace,
            ["at_utc"] = at.ToText(),
        };
}
