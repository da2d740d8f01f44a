using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>A run in memory: what the planner decides on. Made from the store, moved by the planner only.</summary>
internal sealed class RunModel
{
    private readonly Dictionary<AttemptId, LiveAttempt> _live;
    private readonly List<TaskNode> _tasks;
    private readonly List<OperatorKey> _keys;
    private readonly List<PriorityQueue<TaskNode, int>> _ready;
    private readonly List<Queue<LiveAttempt>> _waiting;
    private readonly Dictionary<string, TaskNode> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly int[] _counts = new int[Enum.GetValues<TaskState>().Length];

    /// <param name="state">State of the run.</param>
    /// <param name="keys">Operator keys that its tasks are routed to.</param>
    /// <param name="tasks">Tasks by <see cref="TaskNode.Seq"/>, dependencies and states filled in.</param>
    /// <param name="live">Attempts that have not ended, first intended first.</param>
    /// <param name="iteration">The iteration that a campaign class is to be asked about; null if there is none.</param>
    public RunModel(RunState state, IReadOnlyList<OperatorKey> keys, IReadOnlyList<TaskNode> tasks, IReadOnlyCollection<LiveAttempt> live, int? iteration = null)
    {
        _live = new(live.Count);
        State = state;
        Iteration = iteration;
        _keys = [.. keys];
        _tasks = tasks as List<TaskNode> ?? [.. tasks];
        _ready = keys.Select(_ => new PriorityQueue<TaskNode, int>()).ToList();
        _waiting = keys.Select(_ => new Queue<LiveAttempt>()).ToList();
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
                QueueOf(task).Enqueue(task, task.Seq);
            }
        }
    }

    public RunState State { get; set; }

    public IReadOnlyList<OperatorKey> Keys => _keys;

    public IReadOnlyList<TaskNode> Tasks => _tasks;

    /// <summary>The iteration under way, from 0, as long as a campaign class is to be asked what follows it; null if there is none, or it has finished.</summary>
    public int? Iteration { get; set; }

    /// <summary>Whether nothing of the iteration is left to do: its campaign is to be asked.</summary>
    public bool IterationOver { get; set; }

    /// <summary>Ready tasks by key for which no attempt is intended yet, first declared first.</summary>
    public IReadOnlyList<PriorityQueue<TaskNode, int>> Ready => _ready;

    /// <summary>Ready tasks whose result may be known already and was not asked for, first declared first.</summary>
    public PriorityQueue<TaskNode, int> Unasked { get; } = new();

    /// <summary>Attempts of such tasks that were intended before and may never have started, first intended first.</summary>
    public Queue<LiveAttempt> UnaskedAttempts { get; } = new();

    /// <summary>Attempts whose result is known, which take no room, first intended first.</summary>
    public Queue<LiveAttempt> Known { get; } = new();

    /// <summary>Attempts by key that are intended and wait for room, first intended first.</summary>
    public IReadOnlyList<Queue<LiveAttempt>> Waiting => _waiting;

    /// <summary>Attempts by key that take room.</summary>
    public int[] ReleasedPerKey { get; private set; }

    /// <summary>Attempts of all keys that take room.</summary>
    public int Released { get; set; }

    /// <summary>Cores in use by pool; sized by the planner to the wiring's pools.</summary>
    public int[] CoresInUse { get; set; } = [];

    /// <summary>That the run is to end; null: it is not. It is cancelled when the last attempt is over, and nothing is started before.</summary>
    public EndRequest? CancelAsked { get; set; }

    /// <summary>Whether attempts may be started.</summary>
    public bool MayStart => State == RunState.Running && CancelAsked is null;

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
            QueueOf(task).Enqueue(task, task.Seq);
        }
    }

    /// <summary>Takes in the tasks of a further iteration, all of them waiting; nothing may be under way.</summary>
    /// <param name="planned">Tasks whose ids are new and whose dependencies are among them or in the run.</param>
    public IReadOnlyList<TaskNode> Append(IReadOnlyList<PlannedTask> planned)
    {
        var first = _tasks.Count;
        foreach (var task in planned.Select(p => p.Task))
        {
            _tasks.Add(new TaskNode
            {
                Seq = _tasks.Count, Id = task.Id, Key = KeyOf(task.OperatorKey), Cores = task.Cores, MaxAttempts = task.MaxAttempts,
                AllowFailure = task.AllowFailure, AllowDependencyFailure = task.AllowDependencyFailure, Cacheable = task.IsCacheable,
            });
            _counts[(int)TaskState.Pending]++;
        }

        ReleasedPerKey = new int[_keys.Count];
        var byId = Index();
        var dependents = new Dictionary<int, List<int>>();
        for (var i = first; i < _tasks.Count; i++)
        {
            _tasks[i].DependsOn = planned[i - first].Task.DependsOn.Select(d => byId[d.Value].Seq).ToArray();
            _tasks[i].Unfinished = _tasks[i].DependsOn.Count(d => !_tasks[d].State.IsEnd());
            foreach (var dependency in _tasks[i].DependsOn)
            {
                (dependents.TryGetValue(dependency, out var known) ? known : dependents[dependency] = []).Add(i);
            }
        }

        foreach (var (dependency, more) in dependents)
        {
            _tasks[dependency].Dependents = [.. _tasks[dependency].Dependents, .. more];
        }

        return _tasks[first..];
    }

    /// <summary>The task whose id is this one, or differs from it in case only: folders of both would be one on some file systems.</summary>
    public TaskNode? Find(string id) => Index().GetValueOrDefault(id);

    private Dictionary<string, TaskNode> Index()
    {
        for (var i = _byId.Count; i < _tasks.Count; i++)
        {
            _byId.Add(_tasks[i].Id.Value, _tasks[i]);
        }

        return _byId;
    }

    private PriorityQueue<TaskNode, int> QueueOf(TaskNode task) => task.Cacheable ? Unasked : Ready[task.Key];

    private int KeyOf(OperatorKey key)
    {
        var known = _keys.IndexOf(key);
        if (known < 0)
        {
            known = _keys.Count;
            _keys.Add(key);
            _ready.Add(new());
            _waiting.Add(new());
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
