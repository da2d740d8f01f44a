namespace MatterStack.Engine.Lifecycle.Model;

/// <content>The order in which tasks start.</content>
internal sealed partial class RunModel
{
    private readonly PathLengths _paths = new();
    private int _highestPriority = int.MinValue;

    /// <summary>How far the priority of a task is below the highest of the run.</summary>
    public int GetPriorityGap(TaskNode task) => Math.Max(0, _highestPriority - task.Priority);

    /// <summary>Number of ready tasks that wait until the first task that is like them has completed.</summary>
    public int WaitingForCanaryCount { get; private set; }

    /// <summary>Lets a task wait for the first task that is like it, or ends its wait.</summary>
    public void SetWaitsForCanary(TaskNode task, bool waits)
    {
        WaitingForCanaryCount += (waits ? 1 : 0) - (task.WaitsForCanary ? 1 : 0);
        task.WaitsForCanary = waits;
    }

    /// <summary>Changes the priority of a task, also while it waits in a queue.</summary>
    /// <param name="task">The task.</param>
    /// <param name="priority">From -1000 to 1000.</param>
    public void ChangePriority(TaskNode task, int priority)
    {
        if (task.Priority == priority)
        {
            return;
        }

        task.Priority = priority;
        _highestPriority = Math.Max(_highestPriority, priority);
        RankTask(task);
        if (task.LiveAttempt is { State: AttemptState.Created } intended)
        {
            IntendedByKey[intended.KeyIndex].Reorder();
        }
        else if (task is { State: TaskState.Ready, LiveAttempt: null })
        {
            // The entry of the queue with its former rank no longer counts.
            QueueReady(task);
        }
    }

    private void RankTasks(int first)
    {
        _paths.MeasurePaths(_tasks, first);
        for (var i = first; i < _tasks.Count; i++)
        {
            RankTask(_tasks[i]);
            _highestPriority = Math.Max(_highestPriority, _tasks[i].Priority);
        }
    }

    private static void RankTask(TaskNode task) => task.Rank = new TaskRank(task.Priority, task.PathMinutes, task.Position);

    /// <summary>Returns ready tasks whose next attempt may begin later only, and clears the list.</summary>
    public IReadOnlyList<TaskNode> DrainDelayed()
    {
        if (_delayed.Count == 0)
        {
            return [];
        }

        var delayed = _delayed.ToArray();
        _delayed.Clear();
        return delayed;
    }
}
