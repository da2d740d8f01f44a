using System.Diagnostics.CodeAnalysis;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Ready tasks of an operator key, in the order of <see cref="TaskNode.Rank"/>. Tasks with equal needs form a group of their own,
/// so that a group whose resources are taken does not block other tasks.</summary>
internal sealed class ReadyQueue
{
    private readonly PriorityQueue<TaskNode, TaskRank> _withoutNeeds = new();
    private readonly PriorityQueue<Group, TaskRank> _groups = new();
    private readonly List<Group> _skipped = [];
    private Dictionary<TaskNeeds, Group>? _groupsByNeeds;
    private Group? _peekedGroup;

    /// <summary>Whether a task with needs was ever added.</summary>
    public bool HasGroups => _groupsByNeeds is not null;

    public void EnsureCapacity(int count) => _withoutNeeds.EnsureCapacity(count);

    public void Enqueue(TaskNode task)
    {
        if (task.Needs is not { } needs)
        {
            _withoutNeeds.Enqueue(task, task.Rank);
            return;
        }

        _groupsByNeeds ??= [];
        if (!_groupsByNeeds.TryGetValue(needs, out var group))
        {
            _groupsByNeeds.Add(needs, group = new Group(needs));
        }

        group.Tasks.Enqueue(task, task.Rank);
        if (!group.IsSkipped)
        {
            AddGroup(group);
        }
    }

    /// <summary>Returns the first task that is not in a skipped group. A task whose needs or rank were amended while it waited is in the
    /// queue once more.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out TaskNode task)
    {
        _peekedGroup = null;
        var group = FindFirstGroup();
        while (_withoutNeeds.TryPeek(out task, out var rank) && (group is null || rank < group.FirstRank))
        {
            if (task.Needs is null && task.Rank == rank)
            {
                return true;
            }

            _withoutNeeds.Dequeue();
        }

        _peekedGroup = group;
        task = group?.Tasks.Peek();
        return task is not null;
    }

    /// <summary>Removes the task that <see cref="TryPeek"/> has returned.</summary>
    public void Dequeue()
    {
        if (_peekedGroup is null)
        {
            _withoutNeeds.Dequeue();
            return;
        }

        DequeueFirst(_groups.Dequeue());
    }

    /// <summary>Skips the group of a task with needs that <see cref="TryPeek"/> has returned, until <see cref="RestoreSkipped"/>.</summary>
    public void SkipGroup()
    {
        var group = _groups.Dequeue();
        (group.FirstRank, group.IsSkipped) = (Group.NotQueued, true);
        _skipped.Add(group);
    }

    public void RestoreSkipped()
    {
        foreach (var group in _skipped)
        {
            group.IsSkipped = false;
            AddGroup(group);
        }

        _skipped.Clear();
    }

    // The order of groups may have entries of an earlier first task; they are removed here.
    private Group? FindFirstGroup()
    {
        while (_groups.TryPeek(out var group, out var rank))
        {
            if (group.FirstRank != rank)
            {
                _groups.Dequeue();
            }
            else if (group.Tasks.Peek() is { Needs: { } needs } first && needs.Equals(group.Needs) && first.Rank == rank)
            {
                return group;
            }
            else
            {
                DequeueFirst(_groups.Dequeue());
            }
        }

        return null;
    }

    private void DequeueFirst(Group group)
    {
        group.FirstRank = Group.NotQueued;
        group.Tasks.Dequeue();
        AddGroup(group);
    }

    private void AddGroup(Group group)
    {
        if (group.Tasks.TryPeek(out _, out var rank) && rank < group.FirstRank)
        {
            group.FirstRank = rank;
            _groups.Enqueue(group, rank);
        }
    }

    /// <summary>Tasks with equal needs.</summary>
    private sealed class Group(TaskNeeds needs)
    {
        public static TaskRank NotQueued => TaskRank.Last;

        public TaskNeeds Needs { get; } = needs;

        public PriorityQueue<TaskNode, TaskRank> Tasks { get; } = new();

        /// <summary>Rank of its first task in the order of groups.</summary>
        public TaskRank FirstRank { get; set; } = NotQueued;

        public bool IsSkipped { get; set; }
    }
}
