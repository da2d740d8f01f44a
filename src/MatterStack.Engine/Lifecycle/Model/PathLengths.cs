namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Measures the longest path from each task to the end of the workflow: the sum of the time limits of its tasks. A task without a
/// time limit counts as the mean of those that are stated.</summary>
internal sealed class PathLengths
{
    private double _statedMinutes;
    private int _statedCount;

    /// <summary>Sets <see cref="TaskNode.PathMinutes"/> of new tasks. Tasks before them keep theirs.</summary>
    /// <param name="tasks">The tasks of the run, with dependencies and dependents.</param>
    /// <param name="first">Position of the first new task.</param>
    public void MeasurePaths(IReadOnlyList<TaskNode> tasks, int first)
    {
        var hasEdges = false;
        for (var i = first; i < tasks.Count; i++)
        {
            hasEdges |= tasks[i].DependsOn.Length > 0;
            if (tasks[i].Policy?.TimeLimitMinutes is { } stated)
            {
                _statedMinutes += stated;
                _statedCount++;
            }
        }

        // All paths are equal.
        if (!hasEdges && _statedCount == 0)
        {
            return;
        }

        var mean = _statedCount == 0 ? 1 : _statedMinutes / _statedCount;
        var open = new int[tasks.Count - first];
        // A stack instead of recursion: chains may be long.
        var last = new Stack<TaskNode>();
        for (var i = first; i < tasks.Count; i++)
        {
            open[i - first] = tasks[i].Dependents.Length;
            if (open[i - first] == 0)
            {
                last.Push(tasks[i]);
            }
        }

        while (last.TryPop(out var task))
        {
            // Until here, it has the longest path of its dependents.
            task.PathMinutes += (float)(task.Policy?.TimeLimitMinutes ?? mean);
            foreach (var position in task.DependsOn)
            {
                if (position >= first)
                {
                    var dependency = tasks[position];
                    dependency.PathMinutes = Math.Max(dependency.PathMinutes, task.PathMinutes);
                    if (--open[position - first] == 0)
                    {
                        last.Push(dependency);
                    }
                }
            }
        }
    }
}
