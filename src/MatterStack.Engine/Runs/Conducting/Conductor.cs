using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Cache;
using MatterStack.Engine.Runs.Hooks;
using MatterStack.Engine.Runs.Iterations;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring.Secrets;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Drives one run: observes, plans, records, acts.</summary>
/// <remarks>Only this class plans and writes, on the caller's thread. Operators report facts from their own threads.</remarks>
internal sealed partial class Conductor : IDisposable
{
    // Cache lookups per round: few in a loop, so that each round stays short; more in a step, which has one round only.
    private const int LookupsPerRound = 256;
    private const int LookupsPerStep = 5000;

    // A cancelled command must end within two seconds; publishing may use one of them.
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(1);

    // How often an idle loop checks for requests.
    private static readonly TimeSpan RequestPollInterval = TimeSpan.FromMilliseconds(500);

    private readonly RunStore _store;
    private readonly RunModel _model;
    private readonly TickPlanner _planner;
    private readonly OperatorPool _operators;
    private readonly TimeProvider _clock;
    private readonly IRunObserver _observer;
    private readonly ConductorOptions _options;
    private readonly BlockingCollection<Observation> _facts;
    private readonly ChangeBuffer _changes;
    private readonly HashSet<AttemptId> _pendingStarts = [];
    private readonly bool _isLooping;
    private readonly FaultLog _faults;
    private readonly SecretResolver? _secrets;
    private readonly HookOutbox? _hooks;
    private readonly CacheCoordinator? _cache;
    private readonly CampaignClient? _campaign;
    private readonly List<Observation> _newObservations = [];
    private readonly List<AttemptTimeLimit> _newTimeLimits = [];
    private readonly List<LiveAttempt> _recordedIntents = [];
    private WiringLimits _limits;
    private TickPlan? _latestPlan;
    private bool _hasCachedResults;
    private Problem? _blockingProblem;
    private bool _isStopping;
    private long _requestsCheckedAt;

    /// <param name="store">Store of the run; the caller holds the run's lock.</param>
    /// <param name="model">The run, as loaded from the store.</param>
    /// <param name="services">Operators, queue of facts, time and optional services.</param>
    /// <param name="looping">Whether more rounds follow; if so, attempts are intended ahead of capacity.</param>
    /// <param name="options">Batch sizes and waiting times.</param>
    public Conductor(RunStore store, RunModel model, ConductorServices services, bool looping, ConductorOptions options)
    {
        (_store, _model, _isLooping, _options) = (store, model, looping, options);
        (_operators, _facts, _clock, _observer, _faults) = (
            services.Operators,
            services.Facts,
            services.Clock,
            services.Observer,
            services.Faults
        );
        (_secrets, _hooks, _cache, _campaign) = (services.Secrets, services.Hooks, services.Cache, services.Campaign);
        _shares = services.Shares;
        _startedAt = _clock.GetTimestamp();
        _changes = new ChangeBuffer(store, _model, options, _clock);
        _limits = _operators.ReadLimits(_model, looping ? options.IntentsAhead : 0);
        _planner = new TickPlanner(_model, new AttemptIdGenerator(), options.OverdueEndTimeout, options.Infrastructure)
        {
            MaxFailures = options.MaxFailures,
            StartsCanaries = options.StartsCanaries,
            Selection = options.Selection,
        };
    }

    public RunModel Model => _model;

    /// <summary>Makes one round: plans from the facts, asks the campaign if an iteration has ended, starts attempts within capacity, and
    /// returns.</summary>
    /// <param name="cancel">Stops waiting for the campaign and for external ids.</param>
    /// <exception cref="ProblemException">The round is blocked by trouble outside, for example a full disk.</exception>
    public void Step(CancellationToken cancel = default)
    {
        if (_model.State.IsEnd())
        {
            return;
        }

        _cancel = cancel;
        StartObserving();
        try
        {
            cancel.ThrowIfCancellationRequested();
            RunRound(cancel);
            // The external id is known only after the start. Wait for it, so that it is stored before this command leaves.
            while (_pendingStarts.Count > 0)
            {
                AddFact(_facts.Take(cancel));
            }
        }
        catch (OperationCanceledException)
        {
            // The caller checks the token itself. The next command looks outside for attempts whose start was interrupted.
        }

        EndOverdue();
        WaitForEnds(toTheEnd: true, cancel);
        // The next command starts these attempts.
        Plan(new TickFacts { Scope = PlanScope.Intents });
        QueueWaitingHook();
        WriteChanges();
        AskUsage(cancel);
        _isStopping = cancel.IsCancellationRequested;
        ThrowIfBlocked();
    }

    /// <summary>Delivers pending hooks; does not drive the run.</summary>
    public void DeliverPendingHooks() => _hooks?.ResumeDelivery();

    /// <summary>Repeats rounds until the run or its selection has ended, until it is paused, or until all live attempts wait for people or
    /// are unreachable.</summary>
    /// <param name="waitForPeople">Whether the loop continues when all live attempts wait for people.</param>
    /// <param name="cancel">Stops the loop; started work continues.</param>
    /// <exception cref="ProblemException">The run is blocked by trouble outside, for example a full disk.</exception>
    public void Loop(bool waitForPeople, CancellationToken cancel)
    {
        if (_model.State.IsEnd())
        {
            return;
        }

        _cancel = cancel;
        StartObserving();
        while (!cancel.IsCancellationRequested)
        {
            RunRound(cancel);
            ThrowIfBlocked();
            _isStopping = cancel.IsCancellationRequested;
            var mayGoOn = _model.State == RunState.Running || (_model.State == RunState.Paused && _model.CancelRequest is not null);
            if (!mayGoOn || _model.HasSelectionEnded || cancel.IsCancellationRequested || IsWaitingForOthers(waitForPeople))
            {
                AskUsage(cancel);
                return;
            }

            if (_latestPlan is not { HasIterationEnded: true })
            {
                WaitForFacts(cancel);
            }
        }

        _isStopping = true;
    }

    public void Dispose()
    {
        _operators.Dispose();
        _cache?.StopRestoring();
        if (_latestPlan is not null && _model.State is RunState.Running or RunState.Paused or RunState.Pending)
        {
            // Facts that arrived while the operators stopped.
            AddReportedFacts();
            Plan(new TickFacts { Scope = PlanScope.FactsOnly });
            WriteChanges();
        }

        if (_cache is not null)
        {
            _cache.FlushPublishing(_isStopping ? ShutdownGrace : null);
            ReportCacheProblems(last: true);
            _cache.Dispose();
        }

        if (_hooks is not null)
        {
            var tried = _hooks.FinishDelivery();
            _changes.Add(tried);
            WriteChanges();
            _observer.ReportChanges(_model, tried);
            _hooks.Dispose();
        }
    }

    private void StartObserving()
    {
        _hooks?.ResumeDelivery();
        _observer.ReportStart(_model);
        var requests = _store.BuildLiveAttemptRequests(_model);
        WatchTimeLimits(requests);
        _operators.ObserveAttempts(requests);
        _operators.WatchUsage(_store.ReadPendingUsage());
        AddReportedFacts();
        // A command may have died after it paused the run but before it told all operators.
        SyncHoldWithPause();
        // The first plan also continues ends that earlier commands requested.
        Plan(new TickFacts { Scope = PlanScope.FactsOnly });
        WriteChanges();
        SyncHoldWithPause();
        SynchronizeShares();
        AnswerQueuedRequests();
    }

    private void RunRound(CancellationToken cancel)
    {
        if (_clock.GetElapsedTime(_requestsCheckedAt) >= RequestPollInterval)
        {
            AnswerQueuedRequests();
        }

        SampleHeldGpus();
        var plan = Plan(new TickFacts());
        HoldQueuesIfPaused(plan);
        RetryShares();
        RepeatRefusedEnds();
        if (plan.HasIterationEnded && _campaign is not null && _blockingProblem is null)
        {
            AdvanceIteration(_campaign, cancel);
        }

        QueueWaitingHook();
        WriteIfDue();
        var lookups = ReleaseWork(_isLooping ? LookupsPerRound : LookupsPerStep);
        if (lookups.Count > 0)
        {
            Plan(new TickFacts { Lookups = _cache!.LookUpResults(lookups, _limits) });
            WriteIfDue();
            ReleaseWork(maxLookups: 0);
        }

        ReportCacheProblems();
        _observer.ReportRoundEnd(_model);
    }

    // The only way to a decision: adds the facts that have arrived, records what the planner decides, and does what follows.
    private TickPlan Plan(TickFacts facts)
    {
        _hasCachedResults = _hasCachedResults || _cache is { HasResults: true };
        var observations = AskAboutFailures(Drain(_newObservations), out var decisions);
        var plan = _planner.Plan(
            facts with
            {
                Elapsed = _clock.GetElapsedTime(_startedAt),
                RecordedIntents = Drain(_recordedIntents),
                TimeLimits = Drain(_newTimeLimits),
                Observations = observations,
                FailureDecisions = decisions,
                HasCachedResults = _hasCachedResults,
            },
            _limits,
            _clock.GetUtcNow()
        );
        _latestPlan = plan;
        AddChanges(plan.Changes);
        AddFoundUsage();
        RequestEnds(plan.AttemptsToEnd);
        StartReleased(plan.Released);
        EndByFaults(plan.FailedFacts);
        return plan;
    }

    private void AddChanges(IReadOnlyList<Change> changes)
    {
        changes = _hooks?.AddDueEvents(changes) ?? changes;
        if (changes.Count > 0)
        {
            _changes.Add(changes);
            _observer.ReportChanges(_model, changes);
        }
    }

    // Releases work that the last commit has made durable. Returns the cache lookups to make; there are none while changes are not written.
    private IReadOnlyList<CacheLookup> ReleaseWork(int maxLookups)
    {
        var canLookUp = _cache is not null && _changes.IsEmpty && _blockingProblem is null;
        var released = _planner.ReleaseDurable(Drain(_recordedIntents), _limits, canLookUp ? maxLookups : 0);
        StartReleased(released);
        return released.Lookups;
    }

    private void ReportCacheProblems(bool last = false)
    {
        foreach (var problem in _faults.DrainWarnings().Concat(_cache?.DrainProblems(last) ?? []))
        {
            _observer.ReportProblem(problem);
        }
    }

    private void QueueWaitingHook()
    {
        if (_hooks?.PlanWaitingEvent(_limits, _clock.GetUtcNow()) is { } told)
        {
            _changes.Add(told);
            WriteChanges();
        }
    }

    // The campaign's answer is recorded at once, in one transaction. If the process dies before, the next one asks the same question.
    private void AdvanceIteration(CampaignClient campaign, CancellationToken cancel)
    {
        WriteChanges();
        NextIteration next;
        try
        {
            next = campaign.RequestNextIteration(_model, cancel);
        }
        catch (OperationCanceledException)
        {
            // The caller checks the token itself.
            return;
        }

        Plan(new TickFacts { Scope = PlanScope.FactsOnly, NextIteration = next });
        // The new tasks may have new operator keys.
        _limits = _operators.ReadLimits(_model, _isLooping ? _options.IntentsAhead : 0);
        Plan(new TickFacts());
        WriteChanges();
        ReleaseWork(maxLookups: 0);
    }

    private void WaitForFacts(CancellationToken cancel)
    {
        var patience =
            !_changes.IsEmpty ? _changes.RemainingDelay
            : _model.HasPendingLookups ? TimeSpan.Zero
            : RequestPollInterval;
        try
        {
            if (!_facts.TryTake(out var fact, (int)patience.TotalMilliseconds, cancel))
            {
                return;
            }

            AddFact(fact);
            AddReportedFacts();
        }
        catch (OperationCanceledException)
        {
            // The loop checks the token itself.
        }
    }

    // Nothing is lost: blocked attempts stay intended, and the next command starts them.
    private void ThrowIfBlocked()
    {
        if (_blockingProblem is not null)
        {
            throw new ProblemException(_blockingProblem);
        }
    }

    // Changes are written in batches. They are due if the run has ended, if the batch is full or old enough, or if other work waits for
    // them to be durable.
    private void WriteIfDue()
    {
        var isDue =
            _model.State.IsEnd() || _changes.IsFull || _latestPlan is { NeedsCommit: true } || _changes.RemainingDelay <= TimeSpan.Zero;
        if (isDue && !_changes.IsEmpty)
        {
            WriteChanges();
        }
    }

    private void WriteChanges()
    {
        var written = _changes.WriteAll(_cache is null ? null : _limits);
        foreach (var change in written)
        {
            if (change is Change.Intended { Attempt: var intended })
            {
                _recordedIntents.Add(intended);
            }
            else if (change is Change.ResourcesGiven { Attempt: var supplied })
            {
                _recordedIntents.Add(supplied);
            }
        }

        FreeShares(written);
        _hooks?.DeliverRecorded(written);
        _cache?.PublishResults(written, _limits);
    }

    private void StartReleased(ReleasedWork released)
    {
        foreach (var cached in released.AttemptsToRestore)
        {
            _pendingStarts.Add(cached.Id);
            _cache!.RestoreResult(cached);
        }

        StartAttempts(released.AttemptsToStart);
    }
}
