using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>A run in memory with a planner, spoken to in task names.</summary>
internal sealed class PlannerWorld
{
    private readonly List<TaskNode> _tasks = [];
    private readonly Dictionary<string, LiveAttempt> _lastAttempt = [];
    private TickPlanner? _planner;
    private RunModel? _model;

    public WiringLimits Limits { get; set; } = new(null, [new KeyLimit(null, null, 0, 0)], [100]);

    public List<Change> Log { get; } = [];

    public static DateTimeOffset Noon { get; } = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public RunModel Model => _model ??= new RunModel(RunState.Pending, [OperatorKey.LocalDefault], _tasks, []);

    public TickPlanner Planner
    {
        get
        {
            if (_planner is null)
            {
                _planner = new TickPlanner(Model, new AttemptIdGenerator());
                _planner.BeginRun(Limits, Noon);
            }

            return _planner;
        }
    }

    public PlannerWorld Task(string id, string dependsOn = "", int cores = 1, int maxAttempts = 1, bool allowFailure = false, bool allowDependencyFailure = false)
    {
        var dependencies = dependsOn.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => _tasks.FindIndex(t => t.Id.Value == d)).ToArray();
        Assert.IsTrue(TaskId.TryParse(id, out var parsed));
        _tasks.Add(new TaskNode
        {
            Position = _tasks.Count,
            Id = parsed,
            KeyIndex = 0,
            Cores = cores,
            MaxAttempts = maxAttempts,
            AllowFailure = allowFailure,
            AllowDependencyFailure = allowDependencyFailure,
            DependsOn = dependencies,
            State = dependencies.Length == 0 ? TaskState.Ready : TaskState.Pending,
        });
        return this;
    }

    public PlannerWorld TaskAfterLast(string id)
    {
        var last = _tasks.Count - 1;
        Task(id);
        _tasks[^1].DependsOn = [last];
        _tasks[^1].State = TaskState.Pending;
        return this;
    }

    /// <summary>Plans, makes intents durable, lets go, settles; returns the names of the tasks whose attempts were let go.</summary>
    public string Tick(bool starts = true)
    {
        Planner.IntendReadyTasks(Limits, _ => (Sha256.ComputeTextHash("wiring"), Sha256.ComputeTextHash("operator")), Noon);
        foreach (var change in Take().OfType<Change.Intended>())
        {
            change.Attempt.IsDurable = true;
        }

        var released = Planner.ReleaseDurable(Limits);
        foreach (var attempt in released)
        {
            _lastAttempt[attempt.Task.Id.Value] = attempt;
            if (starts)
            {
                Planner.ApplyFact(new Observation.Started(attempt.Id, Noon, "outside-" + attempt.Task.Id), Limits);
            }
        }

        Planner.DecideRunEnd(Noon);
        Take();
        return string.Join(' ', released.Select(a => a.Task.Id));
    }

    public PlannerWorld Exits(string task, int code = 0, string[]? missing = null)
    {
        Planner.ApplyFact(new Observation.Exited(_lastAttempt[task].Id, Noon, new AttemptEnd { ExitCode = code, MissingOutputs = missing ?? [] }), Limits);
        Take();
        return this;
    }

    public PlannerWorld CannotStart(string task, string reason)
    {
        Planner.ApplyFact(new Observation.NotStarted(_lastAttempt[task].Id, Noon, reason), Limits);
        Take();
        return this;
    }

    public AttemptId AttemptOf(string task) => _lastAttempt[task].Id;

    public string State(string task) => Model.Tasks.First(t => t.Id.Value == task).State.ToText();

    public string? Reason(string task) => Log.OfType<Change.TaskMoved>().LastOrDefault(m => m.Task.Id.Value == task)?.Reason;

    public string States() => string.Join(' ', Model.Tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Id}={t.State.ToText()}")));

    private List<Change> Take()
    {
        var changes = Planner.DrainChanges().ToList();
        Log.AddRange(changes);
        return changes;
    }
}
