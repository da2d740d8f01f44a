using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A run in memory, the state that planners decide on. It is loaded from the store and changed by planners only.</summary>
internal sealed partial class RunModel
{
    private readonly Dictionary<AttemptId, LiveAttempt> _live;
    private readonly List<TaskNode> _tasks;
    private readonly List<OperatorKey> _keys;
    private readonly List<ReadyQueue> _readyByKey;
    private readonly List<IntendedQueue> _intendedByKey;
    private readonly Dictionary<string, TaskNode> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<TaskNode> _delayed = [];
    private readonly int[] _counts = new int[Enum.GetValues<TaskState>().Length];

    /// <param name="state">State of the run.</param>
    /// <param name="keys">Operator keys of its tasks.</param>
    /// <param name="tasks">Tasks in the order of <see cref="TaskNode.Position"/>, with dependencies and states.</param>
    /// <param name="live">Attempts that have not ended, in the order of their intents.</param>
    /// <param name="iteration">The current iteration of a campaign class; null if there is none.</param>
    public RunModel(
        RunState state,
        IReadOnlyList<OperatorKey> keys,
        IReadOnlyList<TaskNode> tasks,
        IReadOnlyCollection<LiveAttempt> live,
        int? iteration = null
    )
    {
        _live = new(live.Count);
        State = state;
        Iteration = iteration;
        _keys = [.. keys];
        _tasks = tasks as List<TaskNode> ?? [.. tasks];
        _readyByKey = keys.Select(_ => new ReadyQueue()).ToList();
        _intendedByKey = keys.Select(_ => new IntendedQueue()).ToList();
        CapacityInUseByKey = new int[keys.Count];
        LinkDependents();
        RankTasks(0);
        foreach (var attempt in live)
        {
            AddLive(attempt);
        }

        var ready = new int[keys.Count];
        foreach (var task in tasks)
        {
            ready[task.KeyIndex] += task is { State: TaskState.Ready, Needs: null } ? 1 : 0;
        }

        for (var key = 0; key < ready.Length; key++)
        {
            ReadyByKey[key].EnsureCapacity(ready[key]);
        }

        foreach (var task in tasks)
        {
            foreach (var dependency in task.DependsOn)
            {
                task.OpenDependencies += tasks[dependency].State.IsEnd() ? 0 : 1;
            }

            _counts[(int)task.State]++;
            FailedCount += IsFailure(task) ? 1 : 0;
            HeldCount += task.Hold is null ? 0 : 1;
            NoteNeeds(task.KeyIndex, task.Needs);
            if (task.State == TaskState.Ready && task.LiveAttempt is null)
            {
                QueueReady(task);
            }
        }
    }

    /// <summary>Creates the model of a run that does not exist yet.</summary>
    /// <param name="planned">Its tasks; their dependencies are among them.</param>
    /// <param name="iteration">The first iteration of a campaign class; null if there is none.</param>
    public static RunModel FromPlan(IReadOnlyList<PlannedTask> planned, int? iteration)
    {
        var model = new RunModel(RunState.Pending, [], [], [], iteration);
        model.AppendTasks(planned);
        return model;
    }

    public RunState State { get; set; }

    public IReadOnlyList<OperatorKey> Keys => _keys;

    public IReadOnlyList<TaskNode> Tasks => _tasks;

    /// <summary>The current iteration of a campaign class, from 0; null if the run has no such class, or the class has finished.</summary>
    public int? Iteration { get; set; }

    /// <summary>Ready tasks without an intended attempt, by key, in the order of <see cref="TaskNode.Rank"/>.</summary>
    public IReadOnlyList<ReadyQueue> ReadyByKey => _readyByKey;

    /// <summary>Ready tasks that wait for a cache lookup, in the order of <see cref="TaskNode.Rank"/>. A task whose rank has changed is in
    /// the queue once more.</summary>
    public PriorityQueue<TaskNode, TaskRank> TasksToLookUp { get; } = new();

    /// <summary>Attempts that wait for a cache lookup, in the order of their intents: an earlier command intended them and may not have
    /// started them.</summary>
    public Queue<LiveAttempt> AttemptsToLookUp { get; } = new();

    /// <summary>Whether tasks or attempts wait for a cache lookup.</summary>
    public bool HasPendingLookups => TasksToLookUp.Count + AttemptsToLookUp.Count > 0;

    /// <summary>Attempts with a cached result, in the order of their intents. They use no capacity.</summary>
    public Queue<LiveAttempt> CachedAttempts { get; } = new();

    /// <summary>Intended attempts that wait for capacity, by key, in the order of <see cref="TaskNode.Rank"/>.</summary>
    public IReadOnlyList<IntendedQueue> IntendedByKey => _intendedByKey;

    /// <summary>Intended attempts that occupy memory, accelerators or named resources, in the order of their intents.</summary>
    public List<LiveAttempt> IntendedWithNeeds { get; } = [];

    /// <summary>Number of attempts that use capacity, by key.</summary>
    public int[] CapacityInUseByKey { get; private set; }

    /// <summary>Number of attempts of all keys that use capacity.</summary>
    public int CapacityInUse { get; set; }

    /// <summary>Cores in use, by pool. The planner sets the size from the pools of the wiring.</summary>
    public int[] CoresInUseByPool { get; set; } = [];

    /// <summary>Request to cancel the run; null if there is none. The run is cancelled when its last attempt has ended; no attempt starts
    /// before.</summary>
    public EndRequest? CancelRequest { get; set; }

    /// <summary>Whether attempts may be started.</summary>
    public bool CanStart => State == RunState.Running && CancelRequest is null;

    public IReadOnlyCollection<LiveAttempt> LiveAttempts => _live.Values;

    /// <summary>Indexes of keys with tasks that state their memory.</summary>
    public HashSet<int> KeysWithMemory { get; } = [];

    /// <summary>Indexes of keys with tasks that need accelerators.</summary>
    public HashSet<int> KeysWithGpus { get; } = [];

    /// <summary>Number of failed tasks that may not fail.</summary>
    public int FailedCount { get; private set; }

    /// <summary>Number of held tasks.</summary>
    public int HeldCount { get; private set; }

    /// <summary>Failures and ends before the last decision of a person to continue; the limit of failures does not count them.</summary>
    public FailureBaseline FailureBaseline { get; set; }

    public int CountTasks(TaskState state) => _counts[(int)state];

    public LiveAttempt? FindLive(AttemptId id) => _live.GetValueOrDefault(id);

    public void AddLive(LiveAttempt attempt)
    {
        _live.Add(attempt.Id, attempt);
        attempt.Task.LiveAttempt = attempt;
    }

    public void RemoveLive(LiveAttempt attempt)
    {
        _live.Remove(attempt.Id);
        attempt.Task.LiveAttempt = null;
    }

    public void MoveTask(TaskNode task, TaskState to)
    {
        _counts[(int)task.State]--;
        _counts[(int)to]++;
        if (task.IsLeftOut)
        {
            _leftOut[(int)task.State]--;
            _leftOut[(int)to]++;
        }

        FailedCount -= IsFailure(task) ? 1 : 0;
        task.State = to;
        FailedCount += IsFailure(task) ? 1 : 0;
        if (to == TaskState.Ready)
        {
            QueueReady(task);
        }
    }

    /// <summary>Adds an intended attempt to those that wait for capacity or for their release.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="hasNeeds">Whether it occupies memory, accelerators or named resources of its operator.</param>
    public void AddIntended(LiveAttempt attempt, bool hasNeeds)
    {
        if (hasNeeds)
        {
            IntendedWithNeeds.Add(attempt);
        }
        else
        {
            IntendedByKey[attempt.KeyIndex].Enqueue(attempt);
        }
    }

    /// <summary>Adds the tasks of the next iteration in the state pending. No attempt may be live.</summary>
    /// <param name="planned">Tasks with new ids. Their dependencies are among them or in the run.</param>
    public IReadOnlyList<TaskNode> AppendTasks(IReadOnlyList<PlannedTask> planned)
    {
        var first = _tasks.Count;
        var patterns = TaskPattern.ComputePatterns(planned);
        foreach (var task in planned.Select(p => p.Task))
        {
            _tasks.Add(
                new TaskNode
                {
                    Position = _tasks.Count,
                    Id = task.Id,
                    KeyIndex = GetOrAddKey(task.OperatorKey),
                    Cores = task.Shape.TotalCores,
                    Needs = TaskNeeds.FromTask(task),
                    MaxAttempts = task.MaxAttempts,
                    Policy = TaskPolicy.FromTask(task),
                    AllowFailure = task.AllowFailure,
                    AllowDependencyFailure = task.AllowDependencyFailure,
                    IsCacheable = task.IsCacheable,
                    Priority = task.Priority,
                    Pattern = patterns[_tasks.Count - first],
                }
            );
            NoteNeeds(_tasks[^1].KeyIndex, _tasks[^1].Needs);
            _counts[(int)TaskState.Pending]++;
        }

        CapacityInUseByKey = new int[_keys.Count];
        var byId = IndexById();
        var dependents = new Dictionary<int, List<int>>();
        for (var i = first; i < _tasks.Count; i++)
        {
            _tasks[i].DependsOn = planned[i - first].Task.DependsOn.Select(d => byId[d.Value].Position).ToArray();
            _tasks[i].OpenDependencies = _tasks[i].DependsOn.Count(d => !_tasks[d].State.IsEnd());
            foreach (var dependency in _tasks[i].DependsOn)
            {
                (dependents.TryGetValue(dependency, out var known) ? known : dependents[dependency] = []).Add(i);
            }
        }

        foreach (var (dependency, more) in dependents)
        {
            _tasks[dependency].Dependents = [.. _tasks[dependency].Dependents, .. more];
        }

        RankTasks(first);
        return _tasks[first..];
    }

    /// <summary>Finds a task by its id without regard to case: on some file systems, ids that differ in case only name the same folder.
    /// Returns null if there is none.</summary>
    public TaskNode? FindTask(string id) => IndexById().GetValueOrDefault(id);

    private Dictionary<string, TaskNode> IndexById()
    {
        for (var i = _byId.Count; i < _tasks.Count; i++)
        {
            _byId.Add(_tasks[i].Id.Value, _tasks[i]);
        }

        return _byId;
    }

    /// <summary>Sets or removes the hold of a task.</summary>
    public void SetHold(TaskNode task, TaskHold? hold)
    {
        HeldCount += (hold is null ? 0 : 1) - (task.Hold is null ? 0 : 1);
        task.Hold = hold;
    }

    private static bool IsFailure(TaskNode task) => task is { State: TaskState.Failed, AllowFailure: false };

    /// <summary>Queues a ready task whose next attempt may begin now.</summary>
    public void QueueDue(TaskNode task)
    {
        if (task.IsCacheable)
        {
            TasksToLookUp.Enqueue(task, task.Rank);
        }
        else
        {
            ReadyByKey[task.KeyIndex].Enqueue(task);
        }
    }

    private void QueueReady(TaskNode task)
    {
        if (task.History?.NotBefore is null)
        {
            QueueDue(task);
        }
        else
        {
            _delayed.Add(task);
        }
    }

    private int GetOrAddKey(OperatorKey key)
    {
        var known = _keys.IndexOf(key);
        if (known < 0)
        {
            known = _keys.Count;
            _keys.Add(key);
            _readyByKey.Add(new());
            _intendedByKey.Add(new());
        }

        return known;
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
            task.Dependents = counts[task.Position] == 0 ? [] : new int[counts[task.Position]];
        }

        foreach (var task in Tasks)
        {
            foreach (var dependency in task.DependsOn)
            {
                Tasks[dependency].Dependents[^counts[dependency]--] = task.Position;
            }
        }
    }
}
