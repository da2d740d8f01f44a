using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>A run in memory: what the planner decides on. Made from the store, moved by the planner only.</summary>
internal sealed class RunModel
{
    private readonly Dictionary<AttemptId, LiveAttempt> _live;
    private readonly int[] _counts = new int[Enum.GetValues<TaskState>().Length];

    /// <param name="state">State of the run.</param>
    /// <param name="keys">Operator keys that its tasks are routed to.</param>
    /// <param name="tasks">Tasks by <see cref="TaskNode.Seq"/>, dependencies and states filled in.</param>
    /// <param name="live">Attempts that have not ended, first intended first.</param>
    public RunModel(RunState state, IReadOnlyList<OperatorKey> keys, IReadOnlyList<TaskNode> tasks, IReadOnlyCollection<LiveAttempt> live)
    {
        _live = new(live.Count);
        State = state;
        Keys = keys;
        Tasks = tasks;
        Ready = keys.Select(_ => new PriorityQueue<TaskNode, int>()).ToArray();
        Waiting = keys.Select(_ => new Queue<LiveAttempt>()).ToArray();
        ReleasedPerKey = new int[keys.Count];
        LinkDependents();
        foreach (var attempt in live)
        {
            Add(attempt);
        }

        var ready = new int[keys.Count];
        foreach (var task in tasks)
        {
            ready[task.Key] += task.State == TaskState.Ready ? 1 : 0;
        }

        for (var key = 0; key < ready.Length; key++)
        {
            Ready[key].EnsureCapacity(ready[key]);
        }

        foreach (var task in tasks)
        {
            foreach (var dependency in task.DependsOn)
            {
                task.Unfinished += tasks[dependency].State.IsEnd() ? 0 : 1;
            }

            _counts[(int)task.State]++;
            if (task.State == TaskState.Ready && task.Live is null)
            {
                Ready[task.Key].Enqueue(task, task.Seq);
            }
        }
    }

    public RunState State { get; set; }

    public IReadOnlyList<OperatorKey> Keys { get; }

    public IReadOnlyList<TaskNode> Tasks { get; }

    /// <summary>Ready tasks by key for which no attempt is intended yet, first declared first.</summary>
    public PriorityQueue<TaskNode, int>[] Ready { get; }

    /// <summary>Attempts by key that are intended and wait for room, first intended first.</summary>
    public Queue<LiveAttempt>[] Waiting { get; }

    /// <summary>Attempts by key that take room.</summary>
    public int[] ReleasedPerKey { get; }

    /// <summary>Attempts of all keys that take room.</summary>
    public int Released { get; set; }

    /// <summary>Cores in use by pool; sized by the planner to the wiring's pools.</summary>
    public int[] CoresInUse { get; set; } = [];

    /// <summary>Why the run is being cancelled; null if it is not. It is cancelled when the last attempt is over.</summary>
    public string? CancelReason { get; set; }

    public IReadOnlyCollection<LiveAttempt> Live => _live.Values;

    public int Count(TaskState state) => _counts[(int)state];

    public LiveAttempt? FindLive(AttemptId id) => _live.GetValueOrDefault(id);

    public void Add(LiveAttempt attempt)
    {
        _live.Add(attempt.Id, attempt);
        attempt.Task.Live = attempt;
    }

    public void Remove(LiveAttempt attempt)
    {
        _live.Remove(attempt.Id);
        attempt.Task.Live = null;
    }

    public void Move(TaskNode task, TaskState to)
    {
        _counts[(int)task.State]--;
        _counts[(int)to]++;
        task.State = to;
        if (to == TaskState.Ready)
        {
            Ready[task.Key].Enqueue(task, task.Seq);
        }
    }

    private void LinkDependents()
    {
        var counts = new int[Tasks.Count];
        foreach (var task in Tasks)
        {
            foreach (var dependency in task.DependsOn)
            {
                counts[dependency]++;
            }
        }

        foreach (var task in Tasks)
        {
            task.Dependents = counts[task.Seq] == 0 ? [] : new int[counts[task.Seq]];
        }

        foreach (var task in Tasks)
        {
            foreach (var dependency in task.DependsOn)
            {
                Tasks[dependency].Dependents[^counts[dependency]--] = task.Seq;
            }
        }
    }
}
