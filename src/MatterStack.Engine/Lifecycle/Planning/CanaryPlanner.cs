using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Starts one task of each group of tasks that are alike, and the others when it has completed. If it has failed for good, the run
/// pauses.</summary>
/// <param name="model">The run.</param>
/// <param name="transitions">Receives the changes.</param>
internal sealed class CanaryPlanner(RunModel model, RunTransitions transitions)
{
    private readonly CanaryGroups _groups = new();
    private readonly List<CanaryGroup> _failed = [];

    /// <summary>Adds the tasks that the run has, or has got since the last call.</summary>
    public void AddTasks() => _groups.AddTasks(model);

    /// <summary>Whether a ready task must wait for another one. If so, it leaves the queue until it need not wait.</summary>
    public bool MustWait(TaskNode task)
    {
        if (_groups.FindGroup(task) is not { IsClosed: true } group)
        {
            return false;
        }

        // The selection leaves the first one out, so another one is the first.
        if (group.Canary is { IsLeftOut: true, State: not TaskState.Running })
        {
            group.ReplaceCanary();
        }

        if (group.Failed is null && (group.Canary ?? task) == task)
        {
            return false;
        }

        if (!task.WaitsForCanary)
        {
            model.SetWaitsForCanary(task, true);
            group.Waiting.Add(task);
        }

        return true;
    }

    /// <summary>Remembers the first task of a group that starts.</summary>
    public void NoteIntent(LiveAttempt attempt, DateTimeOffset now)
    {
        if (_groups.FindGroup(attempt.Task) is { IsClosed: true, Canary: null } group)
        {
            group.Canary = attempt.Task;
            transitions.RecordEvent(
                EventKinds.CanaryStarted,
                attempt.Task.Id,
                attempt.Id,
                null,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it is the first of {CountText.FormatCount(group.Tasks.Count, "task")} like it; the others wait until it has completed"
                ),
                now
            );
        }
    }

    /// <summary>Follows a move of a task.</summary>
    public void NoteMove(TaskNode task, TaskState to, string? reason, DateTimeOffset at)
    {
        if (task.WaitsForCanary)
        {
            model.SetWaitsForCanary(task, false);
        }

        if (_groups.FindGroup(task) is not { IsClosed: true } group)
        {
            return;
        }

        switch (to)
        {
            case TaskState.Completed:
                group.IsOpen = true;
                RecordPassed(group, task, at);
                QueueWaiting(group);
                break;
            case TaskState.Failed when group.Failed is null:
                group.Failed = (task, reason ?? "failed");
                _failed.Add(group);
                break;
            // The next one is the first.
            case TaskState.Cancelled or TaskState.Skipped when group.Canary == task:
            case TaskState.Pending or TaskState.WaitingExternal when group.Canary == task && task.IsLeftOut:
                group.ReplaceCanary();
                QueueWaiting(group);
                break;
            default:
                break;
        }
    }

    /// <summary>Pauses the run for groups whose first task has failed. The others of the group start when a person continues the
    /// run.</summary>
    public void PauseIfFailed(DateTimeOffset now)
    {
        foreach (var group in _failed)
        {
            var (task, reason) = group.Failed!.Value;
            (group.Failed, group.IsOpen) = (null, true);
            QueueWaiting(group);
            var left = group.Tasks.Count(static other => !other.State.IsEnd() && !other.IsLeftOut);
            // A task that is reopened at once has not failed for good.
            if (left == 0 || task.State != TaskState.Failed)
            {
                continue;
            }

            var why = string.Create(
                CultureInfo.InvariantCulture,
                $"the first of {CountText.FormatCount(group.Tasks.Count, "task")} like it failed: {task.Id}: {reason}"
            );
            transitions.RecordEvent(EventKinds.CanaryFailed, task.Id, null, null, why, now);
            if (model.CanStart)
            {
                var waiting = CountText.FormatCount(left, "task waits", "tasks wait");
                transitions.MoveRun(RunState.Paused, $"{why}; {waiting}, and -t:Resume lets {(left == 1 ? "it" : "them")} start", now);
            }
        }

        _failed.Clear();
    }

    private void RecordPassed(CanaryGroup group, TaskNode task, DateTimeOffset at)
    {
        if (group.Tasks.Count(static other => !other.State.IsEnd()) is > 0 and var left)
        {
            transitions.RecordEvent(
                EventKinds.CanaryPassed,
                task.Id,
                null,
                null,
                $"{CountText.FormatCount(left, "task", "tasks")} like it may start",
                at
            );
        }
    }

    private void QueueWaiting(CanaryGroup group)
    {
        foreach (var task in group.Waiting)
        {
            if (task.WaitsForCanary)
            {
                model.SetWaitsForCanary(task, false);
                model.ReadyByKey[task.KeyIndex].Enqueue(task);
            }
        }

        group.Waiting.Clear();
    }
}
