using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Decides what follows from facts: applies them to the model of a run, and returns the changes with their reasons and the work
/// that follows. It uses no clock, disk, process or database.</summary>
/// <remarks>The cost of a plan grows with the number of changes, not with the size of the run. Each part of the decision has a planner of
/// its own; all of them move the model with <see cref="RunTransitions"/>.</remarks>
internal sealed class TickPlanner
{
    private readonly RunModel _model;
    private readonly RunTransitions _transitions;
    private readonly ObservationPlanner _observations;
    private readonly AttemptPlanner _attempts;
    private readonly CachedResultPlanner _cachedResults;
    private readonly RequestPlanner _requests;
    private readonly TimeLimitPlanner _timeLimits;
    private readonly DelayPlanner _delays;
    private readonly IterationPlanner _iterations;
    private readonly RunEndPlanner _runEnd;
    private readonly FailureBrake _brake;
    private readonly SelectionPlanner _selections;
    private bool _hasBegun;

    /// <param name="model">The run, as loaded from the store.</param>
    /// <param name="ids">Ids of new attempts.</param>
    /// <param name="endTimeout">Time for an operator to report the end of an attempt that exceeded its time limit.</param>
    /// <param name="infrastructure">How ends from outside are followed; null: the default.</param>
    public TickPlanner(RunModel model, AttemptIdGenerator ids, TimeSpan endTimeout, InfrastructureRules? infrastructure = null)
    {
        _model = model;
        _transitions = new RunTransitions(model, ids, infrastructure ?? InfrastructureRules.Default);
        _observations = new ObservationPlanner(model, _transitions);
        _attempts = new AttemptPlanner(model, _transitions);
        _cachedResults = new CachedResultPlanner(model, _transitions);
        _brake = new FailureBrake(model, _transitions);
        _requests = new RequestPlanner(model, _transitions, _brake);
        _timeLimits = new TimeLimitPlanner(model, _transitions, endTimeout);
        _delays = new DelayPlanner(model);
        _selections = new SelectionPlanner(model, _transitions);
        _iterations = new IterationPlanner(model, _transitions, _selections);
        _runEnd = new RunEndPlanner(model, _transitions);
    }

    /// <summary>Number or share of failed tasks at which the run pauses; null: it does not.</summary>
    public FailureLimit? MaxFailures
    {
        get => _brake.Limit;
        init => _brake.Limit = value;
    }

    /// <summary>Whether one task of each group of tasks that are alike starts first.</summary>
    public bool StartsCanaries
    {
        init => _transitions.Canaries = value ? new CanaryPlanner(_model, _transitions) : null;
    }

    /// <summary>The tasks that the command runs; null: all. What they need runs, too.</summary>
    public CommandSelection? Selection
    {
        get => _selections.Selection;
        init => _selections.Selection = value;
    }

    /// <summary>Plans from facts.</summary>
    /// <param name="facts">Facts since the last plan.</param>
    /// <param name="limits">Limits of the wiring.</param>
    /// <param name="now">The time, UTC.</param>
    public TickPlan Plan(TickFacts facts, WiringLimits limits, DateTimeOffset now)
    {
        Prepare(facts.RecordedIntents, limits);
        var isFirst = !_hasBegun;
        if (isFirst)
        {
            _selections.BeginSelection(now);
            BeginRun(now);
        }

        _timeLimits.WatchLimits(facts.TimeLimits, now, facts.Elapsed);
        foreach (var decision in facts.FailureDecisions)
        {
            _transitions.FailureDecisions[decision.Attempt] = decision;
        }

        var failed = ApplyObservations(facts.Observations);
        _transitions.FailureDecisions.Clear();
        if (isFirst)
        {
            _requests.ResumeEndRequests(now);
        }

        var answer = facts.Request is { } request ? AnswerRequest(request, facts.RequestId, now) : null;
        if (facts.NextIteration is { } next)
        {
            _iterations.AdvanceIteration(next, now);
        }

        _cachedResults.ApplyLookups(facts.Lookups, now);
        if (facts.Scope.HasFlag(PlanScope.TimeLimits))
        {
            _timeLimits.EnforceLimits(now, facts.Elapsed);
        }

        _delays.QueueDue(now, facts.Elapsed);
        _transitions.Canaries?.PauseIfFailed(now);
        if (facts.Scope.HasFlag(PlanScope.Releases) || facts.Scope.HasFlag(PlanScope.Intents))
        {
            _brake.PauseIfReached(now);
            _attempts.ReserveForNeeds(now, mayIntend: facts.Scope.HasFlag(PlanScope.Intents));
        }

        if (facts.Scope.HasFlag(PlanScope.Intents))
        {
            if (!facts.HasCachedResults)
            {
                _cachedResults.QueueAllForOperators();
            }

            _attempts.IntendPreceding(now);
        }

        // Attempts that are intended already use free capacity before new ones that follow them.
        var released = facts.Scope.HasFlag(PlanScope.Releases)
            ? new ReleasedWork(_attempts.ReleaseIntended(), _cachedResults.ReleaseCached(), [])
            : ReleasedWork.None;
        if (facts.Scope.HasFlag(PlanScope.Intents))
        {
            _attempts.IntendReadyTasks(now);
        }

        // An attempt that can never start has failed, too.
        _transitions.Canaries?.PauseIfFailed(now);
        var hasIterationEnded = _runEnd.DecideRunEnd(now);
        var changes = _transitions.DrainChanges();
        _timeLimits.StartCounting(changes, now, facts.Elapsed);
        return new TickPlan
        {
            Changes = changes,
            Released = released,
            AttemptsToEnd = _transitions.DrainAttemptsToEnd(),
            Answer = answer,
            HasIterationEnded = hasIterationEnded,
            NeedsCommit = _attempts.NeedsCommitToStart || (_model.HasPendingLookups && HasNoIntended),
            IsCountingTimeLimits = _timeLimits.IsCounting,
            FailedFacts = failed,
        };
    }

    /// <summary>Releases work whose rows a commit has just made durable, so that it need not wait for the next plan. It decides nothing
    /// else: a release changes no row.</summary>
    /// <param name="recorded">Attempts whose intents have been recorded.</param>
    /// <param name="limits">Limits of the wiring.</param>
    /// <param name="maxLookups">Largest number of cache lookups. A lookup reads rows of dependencies, so it must be 0 while changes are not
    /// recorded.</param>
    public ReleasedWork ReleaseDurable(IReadOnlyList<LiveAttempt> recorded, WiringLimits limits, int maxLookups)
    {
        Prepare(recorded, limits);
        // Before the lookups are taken from their queue, because attempts wait for those that precede them.
        var released = _attempts.ReleaseIntended();
        var lookups = _cachedResults.ReleaseLookups(maxLookups);
        return lookups.Count > 0
            ? new ReleasedWork(released, _cachedResults.ReleaseCached(), lookups)
            : new ReleasedWork([.. released, .. _attempts.ReleaseIntended()], _cachedResults.ReleaseCached(), []);
    }

    /// <summary>Finds the facts that end attempts without success, so that the campaign class can be asked about them. It decides
    /// nothing.</summary>
    public IReadOnlyList<FailedEnd> FindFailedEnds(IReadOnlyList<Observation> facts) => FailedEnds.FindFailedEnds(_model, facts);

    /// <summary>Records the operator key and the budgets that an amendment asks for, so that the limits of the wiring can be read with them
    /// before the plan.</summary>
    public void NoteAmendment(TaskAmendment amendment) => _model.NoteAmendment(amendment.After.Task);

    private void Prepare(IReadOnlyList<LiveAttempt> recorded, WiringLimits limits)
    {
        _transitions.Capacity.ApplyLimits(limits);
        foreach (var attempt in recorded)
        {
            attempt.IsDurable = true;
        }
    }

    private bool HasNoIntended => _model.IntendedWithNeeds.Count == 0 && _model.IntendedByKey.All(static queue => queue.Count == 0);

    // Reserves capacity for the attempts that are already outside, then for those that were given devices.
    private void BeginRun(DateTimeOffset now)
    {
        _hasBegun = true;
        _transitions.Canaries?.AddTasks();
        var given = new List<LiveAttempt>();
        foreach (var attempt in _model.LiveAttempts)
        {
            if (attempt is { State: AttemptState.Created, Task.IsLeftOut: true })
            {
                // It stays intended: a later command that includes its task starts it.
                continue;
            }

            if (attempt.State is AttemptState.Created)
            {
                if (attempt.Given is not null)
                {
                    given.Add(attempt);
                }

                if (attempt.Task.IsCacheable)
                {
                    _model.AttemptsToLookUp.Enqueue(attempt);
                }
                else
                {
                    _transitions.QueueIntended(attempt);
                }
            }
            else
            {
                _transitions.Capacity.Reserve(attempt);
            }
        }

        // The devices stay taken while the attempt lives; others are chosen only if its operator has them no more.
        foreach (var attempt in given.Where(_transitions.Capacity.HasUsableGpus))
        {
            _transitions.Capacity.Reserve(attempt);
        }

        if (_model.State == RunState.Pending)
        {
            _transitions.MoveRun(RunState.Running, null, now);
        }
    }

    // An error in the engine must not affect other attempts, so the caller gets it together with the plan.
    private List<FailedFact> ApplyObservations(IReadOnlyList<Observation> observations)
    {
        var failed = new List<FailedFact>();
        foreach (var fact in observations)
        {
            try
            {
                _observations.ApplyFact(fact);
            }
            catch (Exception e)
            {
                failed.Add(new FailedFact(fact, e));
            }
        }

        return failed;
    }

    private RequestAnswer AnswerRequest(RunRequest request, long? id, DateTimeOffset now)
    {
        var answer = _requests.DecideRequest(request, now);
        if (id is { } stored)
        {
            _transitions.AddChange(new Change.RequestAnswered(stored, answer, now));
        }

        return answer;
    }
}
