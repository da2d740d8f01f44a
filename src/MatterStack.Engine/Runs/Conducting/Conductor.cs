using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Cache;
using MatterStack.Engine.Runs.Hooks;
using MatterStack.Engine.Runs.Iterations;
using MatterStack.Engine.Runs.Store;

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
    private readonly RequestPlanner _requests;
    private readonly TimeLimitPlanner _timeLimits;
    private readonly CachedResultPlanner _cachedResults;
    private readonly bool _isLooping;
    private readonly FaultLog _faults;
    private WiringLimits _limits;
    private Problem? _blockingProblem;
    private bool _isStopping;
    private long _requestsCheckedAt;

    /// <param name="store">Store of the run; the caller holds the run's lock.</param>
    /// <param name="operators">Operators that report into <paramref name="facts"/>.</param>
    /// <param name="facts">Queue of facts from operators.</param>
    /// <param name="looping">Whether more rounds follow; if so, attempts are intended ahead of capacity.</param>
    /// <param name="clock">Time.</param>
    /// <param name="observer">Receives every change.</param>
    /// <param name="options">Batch sizes and waiting times.</param>
    /// <param name="faults">Receives unexpected exceptions.</param>
    public Conductor(RunStore store, OperatorPool operators, BlockingCollection<Observation> facts, bool looping, TimeProvider clock, IRunObserver observer, ConductorOptions options, FaultLog faults)
    {
        (_store, _operators, _facts, _clock, _observer, _options, _faults) = (store, operators, facts, clock, observer, options, faults);
        (_isLooping, _startedAt) = (looping, clock.GetTimestamp());
        _model = store.LoadModel();
        _changes = new ChangeBuffer(store, _model, options, clock);
        _limits = operators.GetLimits(_model.Keys, looping ? options.IntentsAhead : 0);
        _planner = new TickPlanner(_model, new AttemptIdGenerator());
        _requests = new RequestPlanner(_model, _planner);
        _timeLimits = new TimeLimitPlanner(_model, _planner);
        _cachedResults = new CachedResultPlanner(_model, _planner);
    }

    public RunModel Model => _model;

    /// <summary>Asks the run's campaign class for the next iteration; null if this command does not ask it.</summary>
    public CampaignClient? Campaign { get; init; }

    /// <summary>Cache of results; null if every task is executed.</summary>
    public CacheCoordinator? Cache
    {
        get;
        init
        {
            field = value;
            _store.ComputeFingerprint = value is null ? null : (attempt, transaction) => value.BuildFingerprintRecord(attempt, _limits, transaction);
        }
    }

    /// <summary>Replaces resolved secrets of the wiring in reported text.</summary>
    public Func<string, string> RedactSecrets { get; init; } = static words => words;

    /// <summary>Outbox of hooks; null if the wiring has no hooks.</summary>
    public HookOutbox? Hooks { get; private init; }

    /// <summary>Creates <see cref="Hooks"/> from the loaded model.</summary>
    public Func<RunModel, HookOutbox?> HookFactory { init => Hooks = value(_model); }

    /// <summary>Makes one round: applies facts, asks the campaign if an iteration has ended, plans, starts attempts within capacity, and
    /// returns.</summary>
    /// <param name="cancel">Stops waiting for the campaign and for external ids.</param>
    /// <exception cref="ProblemException">The round is blocked by trouble outside, for example a full disk.</exception>
    public void Step(CancellationToken cancel = default)
    {
        if (_model.State.IsEnd())
        {
            return;
        }

        StartObserving();
        try
        {
            cancel.ThrowIfCancellationRequested();
            RunRound(cancel);
            // The external id is known only after the start. Wait for it, so that it is stored before this command leaves.
            while (_pendingStarts.Count > 0)
            {
                ApplyFact(_facts.Take(cancel));
            }
        }
        catch (OperationCanceledException)
        {
            // The caller checks the token itself. The next command looks outside for attempts whose start was interrupted.
        }

        EndOverdue();
        WaitForEnds(toTheEnd: true, cancel);
        PlanChanges();
        QueueWaitingHook();
        WriteChanges();
        _isStopping = cancel.IsCancellationRequested;
        ThrowIfBlocked();
    }

    /// <summary>Delivers pending hooks; does not drive the run.</summary>
    public void DeliverPendingHooks() => Hooks?.ResumeDelivery(_store);

    /// <summary>Repeats rounds until the run has ended or is paused, or until all live attempts wait for people or are
    /// unreachable.</summary>
    /// <param name="waitForPeople">Whether the loop continues when all live attempts wait for people.</param>
    /// <param name="cancel">Stops the loop; started work continues.</param>
    /// <exception cref="ProblemException">The run is blocked by trouble outside, for example a full disk.</exception>
    public void Loop(bool waitForPeople, CancellationToken cancel)
    {
        if (_model.State.IsEnd())
        {
            return;
        }

        StartObserving();
        while (!cancel.IsCancellationRequested)
        {
            RunRound(cancel);
            ThrowIfBlocked();
            _isStopping = cancel.IsCancellationRequested;
            if (!(_model.State == RunState.Running || (_model.State == RunState.Paused && _model.CancelRequest is not null)) || cancel.IsCancellationRequested || IsWaitingForOthers(waitForPeople))
            {
                return;
            }

            if (!_model.HasIterationEnded)
            {
                WaitForFacts(cancel);
            }
        }

        _isStopping = true;
    }

    public void Dispose()
    {
        _operators.Dispose();
        Cache?.StopRestoring();
        if (_model.State is RunState.Running or RunState.Paused or RunState.Pending)
        {
            // Facts that arrived while the operators stopped.
            while (_facts.TryTake(out var fact))
            {
                ApplyFact(fact);
            }

            PlanChanges(intend: false);
            WriteChanges();
        }

        if (Cache is not null)
        {
            Cache.FlushPublishing(_isStopping ? ShutdownGrace : null);
            ReportCacheProblems(last: true);
            Cache.Dispose();
        }

        if (Hooks is not null)
        {
            var tried = Hooks.FinishDelivery();
            _changes.Add(tried);
            WriteChanges();
            _observer.ReportChanges(_model, tried);
            Hooks.Dispose();
        }
    }

    private void StartObserving()
    {
        Hooks?.ResumeDelivery(_store);
        _planner.BeginRun(_limits, _clock.GetUtcNow());
        _observer.ReportStart(_model);
        var requests = _store.BuildLiveAttemptRequests(_model);
        WatchTimeLimits(requests);
        _operators.ObserveAttempts(requests);
        while (_facts.TryTake(out var fact))
        {
            ApplyFact(fact);
        }

        // A command may have died after it paused the run but before it told all operators.
        SyncHoldWithPause();
        ResumeRequestedEnds();
        AnswerQueuedRequests();
    }

    private void RunRound(CancellationToken cancel)
    {
        if (_clock.GetElapsedTime(_requestsCheckedAt) >= RequestPollInterval)
        {
            AnswerQueuedRequests();
        }

        EnforceTimeLimits();
        RepeatRefusedEnds();
        StartReleasedAttempts();
        PlanChanges();
        if (_model.HasIterationEnded && Campaign is not null && _blockingProblem is null)
        {
            AdvanceIteration(Campaign, cancel);
        }

        QueueWaitingHook();
        if (MustWriteNow())
        {
            WriteChanges();
            StartReleasedAttempts();
        }

        if (LookUpCachedResults())
        {
            PlanChanges();
            if (MustWriteNow())
            {
                WriteChanges();
                StartReleasedAttempts();
            }
        }

        ReportCacheProblems();
        _observer.ReportRoundEnd(_model);
    }

    // A cache lookup reads outputs of dependencies from the store, so all changes must be written first.
    private bool LookUpCachedResults()
    {
        if (!_cachedResults.HasPendingLookups || !_changes.IsEmpty || !_model.CanStart || _blockingProblem is not null)
        {
            return false;
        }

        Cache!.LookUpResults(_model, _cachedResults, _limits, key => _operators.GetWiring(_model.Keys[key]), _isLooping ? LookupsPerRound : LookupsPerStep);
        return true;
    }

    private void ReportCacheProblems(bool last = false)
    {
        foreach (var problem in _faults.DrainWarnings().Concat(Cache?.DrainProblems(last) ?? []))
        {
            _observer.ReportProblem(problem);
        }
    }

    private void QueueWaitingHook()
    {
        if (Hooks?.PlanWaitingEvent(_limits, _clock.GetUtcNow()) is { } told)
        {
            _changes.Add(told);
            WriteChanges();
        }
    }

    // The campaign's answer is recorded at once, in one transaction. If the process dies before, the next one asks the same question.
    private void AdvanceIteration(CampaignClient campaign, CancellationToken cancel)
    {
        WriteChanges();
        try
        {
            new IterationPlanner(_model, _planner).AdvanceIteration(campaign.RequestNextIteration(_model, cancel), _clock.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            // The caller checks the token itself.
            return;
        }

        _limits = _operators.GetLimits(_model.Keys, _isLooping ? _options.IntentsAhead : 0);
        _model.CoresInUseByPool = new int[_limits.PoolCores.Count];
        PlanChanges();
        WriteChanges();
        StartReleasedAttempts();
    }

    private void WaitForFacts(CancellationToken cancel)
    {
        var patience = !_changes.IsEmpty ? _changes.RemainingDelay : _cachedResults.HasPendingLookups ? TimeSpan.Zero : RequestPollInterval;
        try
        {
            if (!_facts.TryTake(out var fact, (int)patience.TotalMilliseconds, cancel))
            {
                return;
            }

            ApplyFact(fact);
            while (_facts.TryTake(out fact))
            {
                ApplyFact(fact);
            }
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

    private void PlanChanges(bool intend = true)
    {
        if (intend)
        {
            if (_cachedResults.HasPendingLookups && Cache is not { HasResults: true })
            {
                _cachedResults.QueueAllForOperators();
            }

            _planner.IntendReadyTasks(_limits, key => _operators.GetWiring(_model.Keys[key]), _clock.GetUtcNow());
        }

        _planner.DecideRunEnd(_clock.GetUtcNow());

        var changes = _planner.DrainChanges();
        StartTimeLimits(changes);
        changes = Hooks?.AddDueEvents(changes) ?? changes;
        if (changes.Count == 0)
        {
            return;
        }

        _changes.Add(changes);
        _observer.ReportChanges(_model, changes);
    }

    // Changes are written in batches. Write now if the run has ended, the batch is full or old enough, a free operator waits for an intent
    // to be durable, or cache lookups wait and no attempt is left to start.
    private bool MustWriteNow() =>
        !_changes.IsEmpty
        && (_model.State.IsEnd()
            || _changes.IsFull
            || _planner.NeedsCommitToStart(_limits)
            || (_cachedResults.HasPendingLookups && _model.IntendedByKey.All(queue => queue.Count == 0))
            || _changes.RemainingDelay <= TimeSpan.Zero);

    private bool IsWaitingForOthers(bool waitForPeople) =>
        _model.LiveAttempts.Count > 0 && !IsExpectingEnds && _model.CountTasks(TaskState.Ready) <= _model.LiveAttempts.Count
        && _model.CountTasks(TaskState.Ready) == _model.LiveAttempts.Count(a => a is { UnreachableReason: not null, Task.State: TaskState.Ready })
        && _model.LiveAttempts.All(a => a is { UnreachableReason: not null, TimeLimit: null or { OverdueReason: null } } || (!waitForPeople && a.EndRequest is null && a.State is AttemptState.WaitingExternal && _limits.Keys[a.Task.KeyIndex].WaitsForPeople));

    private void WriteChanges()
    {
        var written = _changes.WriteAll();
        Hooks?.DeliverRecorded(written, _store);
        Cache?.PublishResults(written, _limits);
    }

    // Restores or starts attempts whose intent is durable.
    private void StartReleasedAttempts()
    {
        foreach (var known in _cachedResults.ReleaseCached())
        {
            _pendingStarts.Add(known.Id);
            Cache!.RestoreResult(known);
        }

        foreach (var attempt in _planner.ReleaseDurable(_limits))
        {
            _pendingStarts.Add(attempt.Id);
            StartAttempt(attempt);
        }
    }
}
