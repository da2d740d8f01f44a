using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>Divides tasks into groups: tasks on one operator with the same command pattern (<see cref="Campaigns.TaskPattern"/>), or, where
/// that is not known, tasks whose ids begin with the same word.</summary>
/// <remarks>Tasks are added one at a time, and a group keeps no list of its tasks, so that a large run needs little memory.</remarks>
internal sealed class TaskGroups
{
    private readonly Dictionary<(OperatorKey Key, long? Pattern, string Word), TaskGroup> _groups = [];
    private readonly List<TaskGroup> _all = [];

    /// <summary>The groups, in the order of their first tasks.</summary>
    public IReadOnlyList<TaskGroup> All => _all;

    /// <summary>Adds a task. Returns its group, whose name is known when all tasks are added.</summary>
    /// <param name="task">The task. It may be given several times in a row.</param>
    /// <param name="key">Operator key of the task, or of its attempt.</param>
    /// <param name="pattern">Number that tasks with one command pattern have in common; null if it is not known.</param>
    public TaskGroup AddTask(TaskId task, OperatorKey key, long? pattern)
    {
        var kind = (key, pattern, pattern is null ? TaskGroup.SplitId(task.Value)[0] : "");
        if (_groups.TryGetValue(kind, out var group))
        {
            group.AddTask(task);
        }
        else
        {
            group = new TaskGroup(key, task);
            _groups.Add(kind, group);
            _all.Add(group);
        }

        return group;
    }
}
