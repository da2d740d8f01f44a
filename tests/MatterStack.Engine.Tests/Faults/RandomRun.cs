using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>One drive of a <see cref="RandomCampaign"/>: the store and the outside survive a crash, the model and the planner do
/// not.</summary>
internal sealed class RandomRun
{
    private static readonly Sha256 Wiring = Sha256.ComputeTextHash("wiring");
    private readonly RandomCampaign _campaign;
    private readonly WiringLimits _limits;
    private readonly OperatorKey[] _keys;
    private readonly Dictionary<AttemptId, Outside> _outside = [];
    private readonly Dictionary<AttemptId, StoredAttempt> _attempts = [];
    private readonly (TaskState State, int Attempts)[] _tasks;
    private RunState _run = RunState.Pending;
    private RunModel _model = null!;
    private readonly List<Observation> _facts = [];
    private TickPlanner _planner = null!;
    private DateTimeOffset _now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public RandomRun(RandomCampaign campaign)
    {
        _campaign = campaign;
        _limits = new WiringLimits(
            campaign.MaxGlobal,
            campaign.MaxConcurrent.Select(m => new KeyLimit(null, m, 0, campaign.Ahead)).ToArray(),
            [campaign.Cores]
        );
        _keys = campaign
            .MaxConcurrent.Select((_, i) => OperatorKey.FromTrusted(string.Create(CultureInfo.InvariantCulture, $"local.k{i}")))
            .ToArray();
        _tasks = campaign.Tasks.Select(t => (t.DependsOn.Length == 0 ? TaskState.Ready : TaskState.Pending, 0)).ToArray();
        Load();
    }

    public int ToTheEnd()
    {
        var calm = new RandomEvent(0, 1, 0);
        // After the disturbances there is an end: every attempt needs few ticks.
        var most = _campaign.Events.Count + 20 + 8 * _campaign.Tasks.Sum(t => t.MaxAttempts + 1);
        for (var tick = 0; ; tick++)
        {
            if (_run.IsEnd())
            {
                CheckEnd();
                return tick;
            }

            Assert.IsLessThan(most, tick, "it does not come to an end: " + string.Join(' ', _tasks.Select(t => t.State)));
            Tick(tick < _campaign.Events.Count ? _campaign.Events[tick] : calm);
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
                        Cores = task.Cores,
                        MaxAttempts = task.MaxAttempts,
                        AllowFailure = task.AllowFailure,
                        AllowDependencyFailure = task.AllowDependencyFailure,
                        DependsOn = task.DependsOn,
                        State = _tasks[i].State,
                        AttemptCount = _tasks[i].Attempts,
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
            })
            .OrderBy(a => a.Id)
            .ToList();
        _model = new RunModel(_run, _keys, nodes, live);
        _planner = new TickPlanner(_model, new AttemptIdGenerator(), TimeSpan.FromSeconds(30));
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
        _now += TimeSpan.FromSeconds(happening.ClockStep);
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
            Assert.IsTrue(
                _attempts.TryGetValue(attempt.Id, out var stored) && stored.State is AttemptState.Created,
                $"{attempt.Id} of t{attempt.Task.Position} was let go without being recorded"
            );
            Assert.IsTrue(
                _outside.TryAdd(attempt.Id, new Outside(attempt.Task.Position, attempt.Index)),
                $"{attempt.Id} of t{attempt.Task.Position} was started twice"
            );
            if (luck.Next(8) == 0)
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

    private TickPlan Plan(PlanScope scope)
    {
        var plan = _planner.Plan(new TickFacts { Scope = scope, Observations = [.. _facts] }, _limits, _now);
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
        var task = _campaign.Tasks[outside.Task];
        return new(id, _now, new AttemptEnd { ExitCode = outside.Index <= task.Fails ? 1 : 0 });
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
                    );
                    intended.Add(attempt);
                    break;
                case Change.AttemptMoved moved:
                    var before = _attempts[moved.Attempt.Id];
                    Assert.IsTrue(
                        May(before.State, moved.State),
                        $"{moved.Attempt.Id} of t{before.Task} went from {before.State} to {moved.State}"
                    );
                    _attempts[moved.Attempt.Id] = before with { State = moved.State };
                    if (moved.State is AttemptState.Ended && _outside.TryGetValue(moved.Attempt.Id, out var outside))
                    {
                        outside.Heard = true;
                    }

                    break;
                case Change.TaskMoved moved:
                    Assert.IsFalse(
                        _tasks[moved.Task.Position].State.IsEnd(),
                        $"t{moved.Task.Position} went from {_tasks[moved.Task.Position].State} to {moved.To}"
                    );
                    _tasks[moved.Task.Position].State = moved.To;
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

    private void Check()
    {
        foreach (var attempts in _attempts.Values.GroupBy(a => a.Task))
        {
            var indexes = attempts.Select(a => a.Index).Order().ToArray();
            Assert.IsTrue(
                indexes.SequenceEqual(Enumerable.Range(1, indexes.Length)),
                $"attempts of t{attempts.Key} are numbered {string.Join(',', indexes)}"
            );
            Assert.IsLessThanOrEqualTo(
                1,
                attempts.Count(a => a.State is not AttemptState.Ended),
                $"t{attempts.Key} has several attempts under way"
            );
            Assert.IsLessThanOrEqualTo(_campaign.Tasks[attempts.Key].MaxAttempts, indexes.Length, $"t{attempts.Key} has too many attempts");
        }

        for (var i = 0; i < _tasks.Length; i++)
        {
            var needs = _campaign.Tasks[i].DependsOn.Select(d => _tasks[d].State).ToList();
            Assert.IsFalse(_tasks[i].State == TaskState.Pending && needs.All(s => s.IsEnd()), $"t{i} is PENDING and waits for nothing");
            Assert.IsFalse(
                _tasks[i].State is TaskState.Ready or TaskState.Running && !needs.All(s => s.IsEnd()),
                $"t{i} goes ahead of its dependencies"
            );
        }

        // What is outside at a time keeps to the limits.
        var under = _outside.Where(o => !o.Value.Heard && !o.Value.Over).Select(o => _campaign.Tasks[o.Value.Task]).ToList();
        Assert.IsLessThanOrEqualTo(_campaign.Cores, under.Sum(t => t.Cores), "more cores in use than there are");
        Assert.IsLessThanOrEqualTo(_campaign.MaxGlobal ?? int.MaxValue, under.Count, "more at a time than allowed");
        for (var key = 0; key < _keys.Length; key++)
        {
            Assert.IsLessThanOrEqualTo(_campaign.MaxConcurrent[key], under.Count(t => t.Key == key), $"more on key {key} than allowed");
        }
    }

    // The end is the one that the campaign's own words lead to, whatever happened on the way.
    private void CheckEnd()
    {
        Assert.IsTrue(_tasks.All(t => t.State.IsEnd()), "the run has ended, its tasks have not");
        Assert.IsTrue(_attempts.Values.All(a => a.State is AttemptState.Ended), "the run has ended, attempts have not");
        for (var i = 0; i < _tasks.Length; i++)
        {
            var task = _campaign.Tasks[i];
            var skipped = !task.AllowDependencyFailure && task.DependsOn.Any(d => _tasks[d].State != TaskState.Completed);
            var mine = _attempts.Values.Where(a => a.Task == i).ToList();
            var lost = mine.Count(a => a.State is AttemptState.Ended { Outcome: AttemptOutcome.FailedInit });
            var expected =
                skipped ? TaskState.Skipped
                : task.Cores > _campaign.Cores ? TaskState.Failed
                : mine.Any(a => a.State is AttemptState.Ended { Outcome: AttemptOutcome.Completed }) ? TaskState.Completed
                : TaskState.Failed;
            Assert.AreEqual(expected, _tasks[i].State, $"end of t{i}");
            Assert.IsFalse(
                expected == TaskState.Failed && task.Cores <= _campaign.Cores && mine.Count < task.MaxAttempts,
                $"t{i} gave up early"
            );
            Assert.IsFalse(
                lost == 0 && expected == TaskState.Failed && task.Fails < task.MaxAttempts && task.Cores <= _campaign.Cores,
                $"t{i} failed without a reason"
            );
        }

        var failed = Enumerable.Range(0, _tasks.Length).Any(i => _tasks[i].State == TaskState.Failed && !_campaign.Tasks[i].AllowFailure);
        Assert.AreEqual(failed ? RunState.Failed : RunState.Completed, _run);
    }

    private sealed record StoredAttempt(AttemptId Id, int Task, int Index, AttemptState State);

    private sealed record Outside(int Task, int Index)
    {
        public bool Over { get; set; }

        public bool Heard { get; set; }
    }
}
