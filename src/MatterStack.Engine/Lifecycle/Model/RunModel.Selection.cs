namespace MatterStack.Engine.Lifecycle.Model;

/// <content>Tasks that the selection of a command leaves out.</content>
internal sealed partial class RunModel
{
    private readonly int[] _leftOut = new int[Enum.GetValues<TaskState>().Length];

    /// <summary>Text of the selection of the last <c>Loop</c> or <c>Step</c>, as the store records it; null: all tasks.</summary>
    public string? Selection { get; set; }

    /// <summary>Number of tasks that the selection leaves out and that have not ended.</summary>
    public int LeftOutCount => _leftOut.Where(static (_, state) => !((TaskState)state).IsEnd()).Sum();

    /// <summary>Whether all selected tasks have ended and others have not.</summary>
    public bool HasSelectionEnded =>
        LeftOutCount > 0
        && CountSelected(TaskState.Pending)
            + CountSelected(TaskState.Ready)
            + CountSelected(TaskState.Running)
            + CountSelected(TaskState.WaitingExternal)
            == 0;

    /// <summary>Number of tasks in a state that the selection leaves out.</summary>
    public int CountLeftOut(TaskState state) => _leftOut[(int)state];

    /// <summary>Number of tasks in a state that the selection does not leave out.</summary>
    public int CountSelected(TaskState state) => _counts[(int)state] - _leftOut[(int)state];

    /// <summary>Leaves a task out, or includes it.</summary>
    public void SetLeftOut(TaskNode task, bool isLeftOut)
    {
        if (task.IsLeftOut != isLeftOut)
        {
            task.IsLeftOut = isLeftOut;
            _leftOut[(int)task.State] += isLeftOut ? 1 : -1;
        }
    }

    /// <summary>Removes tasks that are left out from those that wait for a cache lookup.</summary>
    public void DropLeftOutLookups()
    {
        var kept = TasksToLookUp.UnorderedItems.Where(static entry => !entry.Element.IsLeftOut).ToArray();
        if (kept.Length < TasksToLookUp.Count)
        {
            TasksToLookUp.Clear();
            TasksToLookUp.EnqueueRange(kept);
        }
    }

    /// <summary>Returns a dependency that has ended without a result and keeps a task from running; null if there is none.</summary>
    public TaskNode? FindMissingDependency(TaskNode task)
    {
        if (!task.AllowDependencyFailure)
        {
            foreach (var position in task.DependsOn)
            {
                if (_tasks[position] is { State: TaskState.Failed or TaskState.Cancelled or TaskState.Skipped } missing)
                {
                    return missing;
                }
            }
        }

        return null;
    }
}
