using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Decides the end of the run.</summary>
internal sealed class RunEndPlanner(RunModel model, RunTransitions transitions)
{
    /// <summary>Ends the run if no work is left.</summary>
    /// <returns>Whether an iteration has ended, so that the campaign class must be asked for the next one.</returns>
    public bool DecideRunEnd(DateTimeOffset now)
    {
        if (model.CancelRequest is { } asked)
        {
            CancelRun(asked, now);
            return false;
        }

        if (
            model.State != RunState.Running
            || model.LiveAttempts.Count > 0
            || model.CountTasks(TaskState.Ready) > 0
            || model.CountTasks(TaskState.Running) > 0
            || model.CountTasks(TaskState.WaitingExternal) > 0
            // A later command goes on with them.
            || model.CountLeftOut(TaskState.Pending) > 0
        )
        {
            return false;
        }

        if (model.CountTasks(TaskState.Pending) > 0)
        {
            // Unreachable while dependencies are a DAG. If it is reached, the run fails instead of waiting for ever.
            var waiting = CountText.FormatCount(model.CountTasks(TaskState.Pending), "task waits", "tasks wait");
            transitions.MoveRun(RunState.Failed, $"{waiting} for dependencies that will never end", now);
            return false;
        }

        // A cancelled task has no result, as a failed one.
        var failed =
            model.CountTasks(TaskState.Failed) + model.CountTasks(TaskState.Cancelled) == 0
                ? []
                : model.Tasks.Where(t => t.State is TaskState.Failed or TaskState.Cancelled && !t.AllowFailure).ToList();
        if (failed.Count > 0)
        {
            transitions.MoveRun(RunState.Failed, DescribeFailure(failed), now);
            return false;
        }

        if (model.Iteration is null)
        {
            transitions.MoveRun(RunState.Completed, null, now);
            return false;
        }

        return true;
    }

    // The run ends with its last attempt, whatever the outcome of that attempt.
    private void CancelRun(EndRequest asked, DateTimeOffset now)
    {
        if (model.LiveAttempts.Count > 0)
        {
            return;
        }

        foreach (var task in model.Tasks)
        {
            if (!task.State.IsEnd())
            {
                transitions.MoveTask(task, TaskState.Cancelled, asked.Reason, now);
            }
        }

        transitions.MoveRun(RunState.Cancelled, asked.Reason, now);
    }

    // Counts are those of the states, as in other reports. Names are those of the tasks that decide.
    private string DescribeFailure(List<TaskNode> failed)
    {
        var names = string.Join(", ", failed.Take(5).Select(t => t.Id)) + (failed.Count > 5 ? $" and {failed.Count - 5} more" : "");
        var cancelled = failed.Count(t => t.State == TaskState.Cancelled);
        var allowed = model.CountTasks(TaskState.Failed) - (failed.Count - cancelled);
        if (failed.Count == 1 && allowed == 0)
        {
            return $"task {names} {(cancelled == 0 ? "failed" : "was cancelled")}";
        }

        var parts = new List<string>();
        if (model.CountTasks(TaskState.Failed) is > 0 and var all)
        {
            parts.Add($"{CountText.FormatCount(all, "task")} failed{(allowed == 0 ? "" : $", {allowed} of them allowed to")}");
        }

        if (cancelled > 0)
        {
            parts.Add($"{CountText.FormatCount(cancelled, "task was", "tasks were")} cancelled");
        }

        return $"{string.Join("; ", parts)}: {names}";
    }
}
