using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>The groups of a run's tasks that are alike.</summary>
internal sealed class CanaryGroups
{
    private readonly Dictionary<long, CanaryGroup> _groups = [];
    private int _count;

    /// <summary>Adds the tasks of a run that are not in a group yet.</summary>
    public void AddTasks(RunModel model)
    {
        for (; _count < model.Tasks.Count; _count++)
        {
            if (model.Tasks[_count] is { Pattern: { } pattern } task)
            {
                (_groups.TryGetValue(pattern, out var group) ? group : _groups[pattern] = new CanaryGroup()).Add(task);
            }
        }
    }

    /// <summary>Finds the group of a task. Returns null if it is like no other.</summary>
    public CanaryGroup? FindGroup(TaskNode task) => task.Pattern is { } pattern ? _groups.GetValueOrDefault(pattern) : null;

    /// <summary>Describes for whom a ready task waits. Returns null if it waits for no task that is like it.</summary>
    public string? DescribeWait(TaskNode task)
    {
        if (FindGroup(task) is not { IsClosed: true } group)
        {
            return null;
        }

        var first = group.Canary ?? group.Tasks.Where(static t => t.State == TaskState.Ready).MinBy(static t => t.Rank);
        return first is null || first == task
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"waits until {first.Id} has completed: it is the first of {CountText.FormatCount(group.Tasks.Count, "task")} like it "
                    + $"(MatterStackCanary)"
            );
    }
}
