using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>One drive of a <see cref="RandomCampaign"/>: the store and the outside survive a crash, the model and the planner do
/// not.</summary>
internal sealed partial class RandomRun
{
    private static readonly Sha256 Wiring = Sha256.ComputeTextHash("wiring");
    private readonly RandomCampaign _campaign;
    private readonly WiringLimits _limits;
    private readonly OperatorKey[] _keys;
    private readonly Dictionary<AttemptId, Outside> _outside = [];
    private readonly Dictionary<AttemptId, StoredAttempt> _attempts = [];
    private readonly (TaskState State, int Attempts, string? History)[] _tasks;
    private RunState _run = RunState.Pending;
    private RunModel _model = null!;
    private readonly List<Observation> _facts = [];
    private TickPlanner _planner = null!;
    private TimeSpan _time;
    private TimeSpan _loadedAt;
    private TimeSpan _clockSetAt = TimeSpan.MinValue;
    private DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public RandomRun(RandomCampaign campaign)
    {
        _campaign = campaign;
        _limits = new WiringLimits(
            campaign.MaxGlobal,
            campaign.MaxConcurrent.Select(m => new KeyLimit(null, m, 0, campaign.Ahead) { Requests = campaign.Requests }).ToArray(),
            [campaign.Cores]
        );
        _keys = campaign
            .MaxConcurrent.Select((_, i) => OperatorKey.FromTrusted(string.Create(CultureInfo.InvariantCulture, $"local.k{i}")))
            .ToArray();
        _tasks = campaign.Tasks.Select(t => (t.DependsOn.Length == 0 ? TaskState.Ready : TaskState.Pending, 0, (string?)null)).ToArray();
        _cores = [.. campaign.Tasks.Select(t => t.Cores)];
        _retries = new int[campaign.Tasks.Count];
        Load();
    }

    public int ToTheEnd()
    {
        // A pause is longer than any delay.
        var calm = new RandomEvent(0, 0, 90_000, 0);
        // After the disturbances there is an end: every attempt needs few ticks.
        var most =
            _campaign.Events.Count
            + 20
            + MaxAmendments * 4
            // Each group of like tasks may pause the run.
            + (_campaign.StartsCanaries ? 2 * _campaign.Tasks.Count : 0)
            + 8 * _campaign.Tasks.Sum(t => (t.MaxAttempts + _campaign.InfrastructureRetries + 3) * (IsHolding(t) ? MaxRetries + 1 : 1));
        for (var tick = 0; ; tick++)
        {
            if (_run.IsEnd())
            {
                CheckEnd();
                return tick;
            }

            Assert.IsLessThan(most, tick, "it does not come to an end: " + string.Join(' ', _tasks.Select(t => t.State)));
            _isCalm = tick >= _campaign.Events.Count;
            Tick(_isCalm ? calm : _campaign.Events[tick]);
            Check();
        }
    }

    private void Load()
    {
        var nodes = _campaign
            .Tasks.Select(
                (task, i) =>
                    new TaskNode
                    {
                        Position = i,
                        Id = TaskId.FromTrusted("t" + i.ToString(CultureInfo.InvariantCulture)),
                        KeyIndex = task.Key,
                        Cores = _cores[i],
                        Priority = task.Priority,
                        // Tasks that are alike have the same operator.
                        Pattern = task.Pattern is { } pattern ? pattern * 10 + task.Key : null,
                        MaxAttempts = task.MaxAttempts,
                        AllowFailure = task.AllowFailure,
                        AllowDependencyFailure = task.AllowDependencyFailure,
                        DependsOn = task.DependsOn,
                        State = _tasks[i].State,
                        AttemptCount = _tasks[i].Attempts,
                        Policy = task.Policy,
                        History = _tasks[i].History is { } history ? TaskHistory.Parse(history) : null,
                        Hold = _tasks[i].State == TaskState.WaitingExternal ? LoadHold(i) : null,
                    }
            )
            .ToList();
        var live = _attempts
            .Values.Where(a => a.State is not AttemptState.Ended)
            .Select(a => new LiveAttempt
            {
                Id = a.Id,
                Task = nodes[a.Task],
                Index = a.Index,
                WiringHash = Wiring,
                OperatorHash = Wiring,
                CreatedAt = _now,
                IsDurable = true,
                State = a.State,
                Given = GivenResources.Parse(a.Given),
                CarriedHash = a.Carried,
                Demand = a.Demand,
                EndRequest = a.EndRequest,
            })
            .OrderBy(a => a.Id)
            .ToList();
        _model = new RunModel(_run, _keys, nodes, live) { FailureBaseline = _baseline, Selection = _recordedSelection };
        _planner = new TickPlanner(_model, new AttemptIdGenerator(), TimeSpan.FromSeconds(30), new(_campaign.InfrastructureRetries))
        {
            MaxFailures = _campaign.MaxFailures,
            StartsCanaries = _campaign.StartsCanaries,
            Selection = CreateSelection(),
        };
        _loadedAt = _time;
        _facts.Clear();
        // What is outside is looked for before anything is planned.
        foreach (var attempt in _model.LiveAttempts.ToList())
        {
            if (_outside.TryGetValue(attempt.Id, out var found))
            {
                Observe(attempt.State is AttemptState.Created ? new Observation.Started(attempt.Id, _now, "outside") : null);
                Observe(found.Over ? Exit(attempt.Id, found) : null);
            }
        }
    }

    private void Tick(RandomEvent happening)
    {
        var luck = new Random(happening.Luck);
        _time += TimeSpan.FromSeconds(happening.Pause);
        _now += TimeSpan.FromSeconds(happening.Pause + happening.ClockStep);
        _clockSetAt = happening.ClockStep == 0 ? _clockSetAt : _time;
        // Commands end in any order; that they did may be heard now, later, or twice.
        foreach (var (id, outside) in _outside.Where(o => !o.Value.Heard).ToList())
        {
            outside.Over |= luck.Next(3) > 0;
            if (outside.Over && luck.Next(5) > 0)
            {
                Observe(Exit(id, outside));
                if (luck.Next(4) == 0)
                {
                    Observe(Exit(id, outside));
                    Observe(new Observation.Started(id, _now, "late"));
                    Observe(new Observation.NotStarted(id, _now, "late"));
                }
            }
            else if (luck.Next(6) == 0)
            {
                // Said before.
                Observe(new Observation.Started(id, _now, "outside"));
                Observe(new Observation.Unreachable(id, _now, "no answer"));
                Observe(luck.Next(2) == 0 ? new Observation.NotStarted(id, _now, "an answer that was lost on the way") : null);
            }
        }

        ChangeCommand(happening);
        AnswerForPeople(luck);
        var plan = Plan(PlanScope.Tick);
        if (happening.Crash == 1)
        {
            Load();
            return;
        }

        var recorded = Record(plan);
        if (happening.Crash == 2)
        {
            Load();
            return;
        }

        List<LiveAttempt> released =
        [
            .. plan.Released.AttemptsToStart,
            .. _planner.ReleaseDurable(recorded, _limits, maxLookups: 0).AttemptsToStart,
        ];
        for (var i = 0; i < released.Count; i++)
        {
            if (happening.Crash == 3 && i >= released.Count / 2)
            {
                Load();
                return;
            }

            var attempt = released[i];
            Assert.IsFalse(IsLeftOut(attempt.Task.Position), $"t{attempt.Task.Position} is not selected and starts");
            Assert.IsTrue(
                _attempts.TryGetValue(attempt.Id, out var stored) && stored.State is AttemptState.Created,
                $"{attempt.Id} of t{attempt.Task.Position} was let go without being recorded"
            );
            Assert.IsTrue(
                _outside.TryAdd(attempt.Id, new Outside(attempt.Task.Position, attempt.Index) { Cores = attempt.Cores }),
                $"{attempt.Id} of t{attempt.Task.Position} was started twice"
            );
            if (attempt.Given?.TimeLimit?.TotalMinutes > _campaign.RefusedMinutes)
            {
                _outside.Remove(attempt.Id);
                Observe(new Observation.NotStarted(attempt.Id, _now, "the time limit is too long") { IsPermanent = true });
            }
            else if (luck.Next(8) == 0)
            {
                // Could not be started at all.
                _outside.Remove(attempt.Id);
                Observe(new Observation.NotStarted(attempt.Id, _now, "no room for processes"));
            }
            else if (luck.Next(8) > 0)
            {
                Observe(new Observation.Started(attempt.Id, _now, "outside"));
            }
        }

        if (happening.Crash == 3)
        {
            Load();
            return;
        }

        Record(Plan(PlanScope.FactsOnly));
    }

    private TickPlan Plan(PlanScope scope, RunRequest? request = null)
    {
        var facts = new TickFacts
        {
            Scope = scope,
            Request = request,
            Observations = [.. _facts],
            Elapsed = _time - _loadedAt,
        };
        var plan = _planner.Plan(facts, _limits, _now);
        _facts.Clear();
        Assert.IsEmpty(plan.FailedFacts);
        return plan;
    }

    private void Observe(Observation? fact)
    {
        if (fact is not null)
        {
            _facts.Add(fact);
        }
    }

    private Observation.Exited Exit(AttemptId id, Outside outside)
    {
        var ends = _campaign.Tasks[outside.Task].Ends;
        var end = outside.Index <= ends.Length ? ends[outside.Index - 1] : (EndCause?)null;
        return new(
            id,
            _now,
            end switch
            {
                null => new AttemptEnd { ExitCode = 0 },
                EndCause.Exited => AddFiles(new AttemptEnd { ExitCode = 1 }, id),
                { } cause => AddFiles(new AttemptEnd { Cause = cause, EndedBy = cause.ToText() }, id),
            }
        );
    }

    // One commit: all or nothing. Transitions are checked on the way, as an event log would be.
    private List<LiveAttempt> Record(TickPlan plan)
    {
        var intended = new List<LiveAttempt>();
        foreach (var change in plan.Changes)
        {
            switch (change)
            {
                case Change.Intended { Attempt: var attempt }:
                    _attempts.Add(
                        attempt.Id,
                        new StoredAttempt(attempt.Id, attempt.Task.Position, attempt.Index, new AttemptState.Created())
                        {
                            Carried = attempt.CarriedHash,
                        }
                    );
                    Assert.IsFalse(IsLeftOut(attempt.Task.Position), $"t{attempt.Task.Position} is not selected and has an attempt");
                    CheckCarried(attempt);
                    CheckDelay(attempt);
                    Assert.AreEqual(RunState.Running, _run, "an attempt is intended");
                    CheckCanary(attempt.Task.Position);
                    intended.Add(attempt);
                    break;
                case Change.AttemptMoved moved:
                    var before = _attempts[moved.Attempt.Id];
                    Assert.IsTrue(
                        May(before.State, moved.State),
                        $"{moved.Attempt.Id} of t{before.Task} went from {before.State} to {moved.State}"
                    );
                    _attempts[moved.Attempt.Id] = before with
                    {
                        State = moved.State,
                        RecordedAt = _time,
                        EndedAt = moved.State is AttemptState.Ended ? moved.At : null,
                    };
                    if (moved.State is AttemptState.Ended && _outside.TryGetValue(moved.Attempt.Id, out var outside))
                    {
                        outside.Heard = true;
                    }

                    break;
                case Change.ResourcesGiven given:
                    _attempts[given.Attempt.Id] = _attempts[given.Attempt.Id] with { Given = given.Given.ToJson() };
                    break;
                case Change.HistoryChanged remembered:
                    _tasks[remembered.Task.Position].History = remembered.Task.History?.ToJson();
                    break;
                case Change.TaskMoved moved:
                    Assert.IsFalse(
                        _tasks[moved.Task.Position].State.IsEnd(),
                        $"t{moved.Task.Position} went from {_tasks[moved.Task.Position].State} to {moved.To}"
                    );
                    Assert.IsFalse(
                        moved.To == TaskState.Skipped && IsLeftOut(moved.Task.Position),
                        $"t{moved.Task.Position} is not selected and skipped"
                    );
                    RecordHold(moved);
                    _tasks[moved.Task.Position].State = moved.To;
                    break;
                case Change.EndRequested { Attempt: { } asked, Request: var request }:
                    _attempts[asked.Id] = _attempts[asked.Id] with { EndRequest = request };
                    break;
                case Change.EndDropped { Attempt: var going }:
                    _attempts[going.Id] = _attempts[going.Id] with { EndRequest = null };
                    break;
                case Change.TaskAmended amended:
                    KeepDemand(amended.Task.Position);
                    _cores[amended.Task.Position] = amended.Amendment.After.Task.Cores;
                    break;
                case Change.RunSelected selected:
                    RecordSelection(selected);
                    break;
                case Change.FailuresCounted counted:
                    _baseline = counted.Baseline;
                    break;
                case Change.RunMoved moved:
                    Assert.IsFalse(_run.IsEnd(), $"the run went from {_run} to {moved.To}");
                    _run = moved.To;
                    break;
                default:
                    break;
            }
        }

        foreach (var task in _model.Tasks)
        {
            _tasks[task.Position].Attempts = task.AttemptCount;
        }

        Withdraw(plan.AttemptsToEnd);

        CheckLimit(plan, intended.Count);
        return intended;
    }

    private static bool May(AttemptState from, AttemptState to) =>
        (from, to) switch
        {
            (AttemptState.Ended, _) => false,
            (AttemptState.Created, AttemptState.Running or AttemptState.Ended) => true,
            (AttemptState.Running, AttemptState.Ended { Outcome: not AttemptOutcome.FailedInit }) => true,
            _ => false,
        };

    private sealed record Outside(int Task, int Index)
    {
        public bool Over { get; set; }

        public bool Heard { get; set; }

        public int Cores { get; init; }
    }
}
