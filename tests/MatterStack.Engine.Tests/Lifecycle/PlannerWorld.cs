using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Lifecycle.Selections;

namespace MatterStack.Engine.Tests.Lifecycle;

/// <summary>A run in memory with a planner, spoken to in task names.</summary>
internal sealed class PlannerWorld
{
    private readonly List<TaskNode> _tasks = [];
    private readonly Dictionary<string, LiveAttempt> _lastAttempt = [];
    private bool _isRequest;
    private TickPlanner? _planner;
    private RunModel? _model;

    public WiringLimits Limits { get; set; } = new(null, [new KeyLimit(null, null, 0, 0)], [100]);

    /// <summary>Time since noon.</summary>
    public TimeSpan Elapsed { get; set; }

    public List<Change> Log { get; } = [];

    public static DateTimeOffset Noon { get; } = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public RunModel Model => _model ??= new RunModel(RunState.Pending, [OperatorKey.LocalDefault], _tasks, [], Iteration);

    /// <summary>The iteration of a campaign class; null: there is none.</summary>
    public int? Iteration { get; init; }

    public FailureLimit? MaxFailures { get; init; }

    public bool StartsCanaries { get; init; }

    /// <summary>The selection of the command; null: all tasks.</summary>
    public string? Select { get; set; }

    public TickPlanner Planner =>
        _planner ??= new TickPlanner(Model, new AttemptIdGenerator(), TimeSpan.FromSeconds(30))
        {
            MaxFailures = MaxFailures,
            StartsCanaries = StartsCanaries,
            Selection = Select is null ? null : FindSelection(Select) with { IsOfEarlierCommand = _isRequest },
        };

    public PlannerWorld Task(
        string id,
        string dependsOn = "",
        int cores = 1,
        int maxAttempts = 1,
        bool allowFailure = false,
        bool allowDependencyFailure = false,
        bool cacheable = false,
        TaskNeeds? needs = null,
        TaskPolicy? policy = null,
        int priority = 0,
        long? pattern = null
    )
    {
        var dependencies = dependsOn
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(d => _tasks.FindIndex(t => t.Id.Value == d))
            .ToArray();
        Assert.IsTrue(TaskId.TryParse(id, out var parsed));
        _tasks.Add(
            new TaskNode
            {
                Position = _tasks.Count,
                Id = parsed,
                KeyIndex = 0,
                Cores = cores,
                Needs = needs,
                Policy = policy,
                Priority = priority,
                Pattern = pattern,
                MaxAttempts = maxAttempts,
                AllowFailure = allowFailure,
                AllowDependencyFailure = allowDependencyFailure,
                IsCacheable = cacheable,
                DependsOn = dependencies,
                State = dependencies.Length == 0 ? TaskState.Ready : TaskState.Pending,
            }
        );
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
        var plan = Plan(new TickFacts());
        var recorded = plan
            .Changes.Select(change => (change as Change.Intended)?.Attempt ?? (change as Change.ResourcesGiven)?.Attempt)
            .OfType<LiveAttempt>()
            .ToList();
        List<LiveAttempt> released =
        [
            .. plan.Released.AttemptsToStart,
            .. Planner.ReleaseDurable(recorded, Limits, maxLookups: 0).AttemptsToStart,
        ];
        var facts = new List<Observation>();
        foreach (var attempt in released)
        {
            _lastAttempt[attempt.Task.Id.Value] = attempt;
            if (starts)
            {
                facts.Add(new Observation.Started(attempt.Id, Noon, "outside-" + attempt.Task.Id));
            }
        }

        Apply([.. facts]);
        return string.Join(' ', released.Select(a => a.Task.Id));
    }

    public PlannerWorld Exits(string task, int code = 0, string[]? missing = null)
    {
        Apply(
            new Observation.Exited(
                _lastAttempt[task].Id,
                Noon + Elapsed,
                new AttemptEnd { ExitCode = code, MissingOutputs = missing ?? [] }
            )
        );
        return this;
    }

    public PlannerWorld CannotStart(string task, string reason, bool isPermanent = false)
    {
        Apply(new Observation.NotStarted(_lastAttempt[task].Id, Noon + Elapsed, reason) { IsPermanent = isPermanent });
        return this;
    }

    /// <summary>The last attempt of a task ends with a cause from outside of its command.</summary>
    public PlannerWorld Ends(string task, EndCause cause, params IReadOnlyList<LeftFile> left)
    {
        var end = new AttemptEnd
        {
            Cause = cause,
            EndedBy = cause.ToText(),
            LeftFiles = left,
        };
        Apply(new Observation.Exited(_lastAttempt[task].Id, Noon + Elapsed, end));
        return this;
    }

    /// <summary>Lets time pass.</summary>
    public PlannerWorld After(double seconds)
    {
        Elapsed += TimeSpan.FromSeconds(seconds);
        return this;
    }

    /// <summary>The last attempt of a task that was released.</summary>
    public LiveAttempt Attempt(string task) => _lastAttempt[task];

    public AttemptId AttemptOf(string task) => _lastAttempt[task].Id;

    public string State(string task) => Model.Tasks.First(t => t.Id.Value == task).State.ToText();

    public string? Reason(string task) => Log.OfType<Change.TaskMoved>().LastOrDefault(m => m.Task.Id.Value == task)?.Reason;

    public string States() =>
        string.Join(' ', Model.Tasks.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Id}={t.State.ToText()}")));

    public TickPlan Plan(TickFacts facts)
    {
        var plan = Planner.Plan(facts.Elapsed == default ? facts with { Elapsed = Elapsed } : facts, Limits, Noon + Elapsed);
        Assert.IsEmpty(plan.FailedFacts);
        Log.AddRange(plan.Changes);
        return plan;
    }

    /// <summary>Answers a request and returns the answer.</summary>
    public RequestAnswer Ask(RunRequest request) => Plan(new TickFacts { Scope = PlanScope.FactsOnly, Request = request }).Answer!;

    /// <summary>Gives an answer about a held task.</summary>
    public RequestAnswer Respond(string task, HoldDecision decision, TaskAmendment? amendment = null) =>
        Ask(
            new RunRequest(RequestKind.Respond, Model.FindTask(task)?.Id ?? TaskId.FromTrusted(task), null, false, "ada@lab", null)
            {
                Decision = decision,
                Amendment = amendment,
            }
        );

    /// <summary>Loads the run for a new command.</summary>
    public PlannerWorld Reload(string? select, int? iteration = null, bool isRequest = false)
    {
        var next = new PlannerWorld
        {
            Limits = Limits,
            Elapsed = Elapsed,
            Iteration = iteration,
            StartsCanaries = StartsCanaries,
            Select = select,
            _isRequest = isRequest,
        };
        foreach (var task in Model.Tasks)
        {
            next._tasks.Add(
                new TaskNode
                {
                    Position = task.Position,
                    Id = task.Id,
                    KeyIndex = task.KeyIndex,
                    Cores = task.Cores,
                    Needs = task.Needs,
                    Policy = task.Policy,
                    History = task.History,
                    Hold = task.Hold,
                    MaxAttempts = task.MaxAttempts,
                    AllowFailure = task.AllowFailure,
                    AllowDependencyFailure = task.AllowDependencyFailure,
                    IsCacheable = task.IsCacheable,
                    DependsOn = task.DependsOn,
                    AttemptCount = task.AttemptCount,
                    Priority = task.Priority,
                    Pattern = task.Pattern,
                    State = task.State,
                }
            );
        }

        var live = Model
            .LiveAttempts.Select(a => new LiveAttempt
            {
                Id = a.Id,
                Task = next._tasks[a.Task.Position],
                Index = a.Index,
                WiringHash = a.WiringHash,
                OperatorHash = a.OperatorHash,
                CreatedAt = a.CreatedAt,
                IsDurable = true,
                State = a.State,
                Given = a.Given,
            })
            .ToList();
        next._model = new RunModel(Model.State, [.. Model.Keys], next._tasks, live, iteration) { Selection = Model.Selection };
        foreach (var attempt in live)
        {
            next._lastAttempt[attempt.Task.Id.Value] = attempt;
        }

        return next;
    }

    private CommandSelection FindSelection(string text)
    {
        var selection = TaskSelection.Parse(text).Value;
        var tasks = Model.Tasks.Select(t => new SelectableTask(t.Id, t.State, t.History?.LastCause, Model.Keys[t.KeyIndex], 0)).ToList();
        return new CommandSelection(selection, selection.FindTasks(tasks).TryGet(out var positions) ? positions : [], "ada@lab");
    }

    /// <summary>Amends tasks of the key <c>local.default</c>, which have the metadata that <paramref name="before"/> sets.</summary>
    public RequestAnswer Amend(
        IReadOnlyList<string> tasks,
        Func<CampaignTask, CampaignTask> after,
        Func<CampaignTask, CampaignTask>? before = null
    )
    {
        var amendments = tasks
            .Select(task => new CampaignTask { Id = Model.FindTask(task)!.Id, OperatorKey = OperatorKey.LocalDefault })
            .Select(task => before?.Invoke(task) ?? task)
            .Select(task => TaskAmendments.Create(new PlannedTask(task, []), new PlannedTask(after(task), [])))
            .ToList();
        foreach (var amendment in amendments)
        {
            Planner.NoteAmendment(amendment);
        }

        return Ask(
            new RunRequest(RequestKind.Amend, null, null, false, "ada@lab", "larger cells")
            {
                Tasks = [.. amendments.Select(amendment => amendment.After.Task.Id)],
                Amendments = amendments,
            }
        );
    }

    public void Apply(params IReadOnlyList<Observation> facts) => Plan(new TickFacts { Scope = PlanScope.FactsOnly, Observations = facts });
}
