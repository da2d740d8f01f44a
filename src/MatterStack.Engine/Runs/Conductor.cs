using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Hooks;
using MatterStack.Engine.Runs.Results;

namespace MatterStack.Engine.Runs;

/// <summary>Drives one run: observes, plans, records, acts.</summary>
/// <remarks>Only this class plans and writes, on the caller's thread. Operators report facts from their own threads.</remarks>
internal sealed partial class Conductor : IDisposable
{
    // Cache lookups per round: few in a loop, so that each round stays short; more in a step, which has one round only.
    private const int AskedInLoop = 256;
    private const int AskedInStep = 5000;

    // A cancelled command must end within two seconds; publishing may use one of them.
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(1);

    // How often an idle loop checks for requests.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private readonly RunStore _store;
    private readonly RunModel _model;
    private readonly TickPlanner _planner;
    private readonly OperatorPool _operators;
    private readonly TimeProvider _clock;
    private readonly IRunObserver _observer;
    private readonly ConductorOptions _options;
    private readonly BlockingCollection<Observation> _facts;
    private readonly UnwrittenChanges _unwritten;
    private readonly HashSet<AttemptId> _startsUnderWay = [];
    private readonly RequestPlanner _requests;
    private readonly TimeLimitPlanner _timeLimits;
    private readonly CachedResultPlanner _known;
    private readonly bool _looping;
    private readonly FaultLog _faults;
    private WiringLimits _limits;
    private Problem? _trouble;
    private bool _hurry;
    private long _lookedForRequests;

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
        (_looping, _origin) = (looping, clock.GetTimestamp());
        _model = store.Load();
        _unwritten = new UnwrittenChanges(store, _model, options, clock);
        _limits = operators.Limits(_model.Keys, looping ? options.Ahead : 0);
        _planner = new TickPlanner(_model, new AttemptIdGenerator());
        _requests = new RequestPlanner(_model, _planner);
        _timeLimits = new TimeLimitPlanner(_model, _planner);
        _known = new CachedResultPlanner(_model, _planner);
    }

    public RunModel Model => _model;

    /// <summary>Asks the run's campaign class for the next iteration; null if this command does not ask it.</summary>
    public IterationTurn? Campaign { get; init; }

    /// <summary>Cache of results; null if every task is executed.</summary>
    public CacheDesk? Cache
    {
        get;
        init
        {
            field = value;
            _store.Fingerprint = value is null ? null : (attempt, transaction) => value.RecordOf(attempt, _limits, transaction);
        }
    }

    /// <summary>Replaces resolved secrets of the wiring in reported text.</summary>
    public Func<string, string> Hide { get; init; } = static words => words;

    /// <summary>Outbox of hooks; null if the wiring has no hooks.</summary>
    public HookDesk? Hooks { get; private init; }

    /// <summary>Creates <see cref="Hooks"/> from the loaded model.</summary>
    public Func<RunModel, HookDesk?> HooksOf { init => Hooks = value(_model); }

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

        Begin();
        try
        {
            cancel.ThrowIfCancellationRequested();
            Round(cancel);
            // The external id is known only after the start. Wait for it, so that it is stored before this command leaves.
            while (_startsUnderWay.Count > 0)
            {
                Take(_facts.Take(cancel));
            }
        }
        catch (OperationCanceledException)
        {
            // The caller checks the token itself. The next command looks outside for attempts whose start was interrupted.
        }

        EndOverdue();
        AwaitEnds(toTheEnd: true, cancel);
        Plan();
        CallPeople();
        Write();
        _hurry = cancel.IsCancellationRequested;
        StopForTrouble();
    }

    /// <summary>Delivers pending hooks; does not drive the run.</summary>
    public void Tell() => Hooks?.Begin(_store);

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

        Begin();
        while (!cancel.IsCancellationRequested)
        {
            Round(cancel);
            StopForTrouble();
            _hurry = cancel.IsCancellationRequested;
            if (!(_model.State == RunState.Running || (_model.State == RunState.Paused && _model.CancelRequest is not null)) || cancel.IsCancellationRequested || OnlyOthersLeft(waitForPeople))
            {
                return;
            }

            if (!_model.HasIterationEnded)
            {
                Wait(cancel);
            }
        }

        _hurry = true;
    }

    public void Dispose()
    {
        _operators.Dispose();
        Cache?.Leave();
        if (_model.State is RunState.Running or RunState.Paused or RunState.Pending)
        {
            // Facts that arrived while the operators stopped.
            while (_facts.TryTake(out var fact))
            {
                Take(fact);
            }

            Plan(intend: false);
            Write();
        }

        if (Cache is not null)
        {
            Cache.Finish(_hurry ? Hurry : null);
            Warn(last: true);
            Cache.Dispose();
        }

        if (Hooks is not null)
        {
            var tried = Hooks.Finish();
            _unwritten.Add(tried);
            Write();
            _observer.Changed(_model, tried);
            Hooks.Dispose();
        }
    }

    private void Begin()
    {
        Hooks?.Begin(_store);
        _planner.BeginRun(_limits, _clock.GetUtcNow());
        _observer.Began(_model);
        var orders = _store.OrdersUnderWay(_model);
        WatchTimeLimits(orders);
        _operators.Observe(orders);
        while (_facts.TryTake(out var fact))
        {
            Take(fact);
        }

        // A command may have died after it paused the run but before it told all operators.
        MatchPause();
        GoOnEnding();
        AnswerRequests();
    }

    private void Round(CancellationToken cancel)
    {
        if (_clock.GetElapsedTime(_lookedForRequests) >= Glance)
        {
            AnswerRequests();
        }

        KeepTimeLimits();
        AskForEndsAgain();
        Act();
        Plan();
        if (_model.HasIterationEnded && Campaign is not null && _trouble is null)
        {
            Advance(Campaign, cancel);
        }

        CallPeople();
        if (MustWrite())
        {
            Write();
            Act();
        }

        if (Consult())
        {
            Plan();
            if (MustWrite())
            {
                Write();
                Act();
            }
        }

        Warn();
        _observer.Idle(_model);
    }

    // A cache lookup reads outputs of dependencies from the store, so all changes must be written first.
    private bool Consult()
    {
        if (!_known.HasPendingLookups || !_unwritten.IsEmpty || !_model.CanStart || _trouble is not null)
        {
            return false;
        }

        Cache!.Consult(_model, _known, _limits, key => _operators.WiringOf(_model.Keys[key]), _looping ? AskedInLoop : AskedInStep);
        return true;
    }

    private void Warn(bool last = false)
    {
        foreach (var problem in _faults.DrainWarnings().Concat(Cache?.TakeProblems(last) ?? []))
        {
            _observer.Warned(problem);
        }
    }

    private void CallPeople()
    {
        if (Hooks?.OfPeople(_limits, _clock.GetUtcNow()) is { } told)
        {
            _unwritten.Add(told);
            Write();
        }
    }

    // The campaign's answer is recorded at once, in one transaction. If the process dies before, the next one asks the same question.
    private void Advance(IterationTurn campaign, CancellationToken cancel)
    {
        Write();
        try
        {
            new IterationPlanner(_model, _planner).AdvanceIteration(campaign.Take(_model, cancel), _clock.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            // The caller checks the token itself.
            return;
        }

        _limits = _operators.Limits(_model.Keys, _looping ? _options.Ahead : 0);
        _model.CoresInUseByPool = new int[_limits.PoolCores.Count];
        Plan();
        Write();
        Act();
    }

    private void Wait(CancellationToken cancel)
    {
        var patience = !_unwritten.IsEmpty ? _unwritten.Left : _known.HasPendingLookups ? TimeSpan.Zero : Glance;
        try
        {
            if (!_facts.TryTake(out var fact, (int)patience.TotalMilliseconds, cancel))
            {
                return;
            }

            Take(fact);
            while (_facts.TryTake(out fact))
            {
                Take(fact);
            }
        }
        catch (OperationCanceledException)
        {
            // The loop checks the token itself.
        }
    }

    // Nothing is lost: blocked attempts stay intended, and the next command starts them.
    private void StopForTrouble()
    {
        if (_trouble is not null)
        {
            throw new ProblemException(_trouble);
        }
    }

    private void Plan(bool intend = true)
    {
        if (intend)
        {
            if (_known.HasPendingLookups && Cache is not { HasResults: true })
            {
                _known.QueueAllForOperators();
            }

            _planner.IntendReadyTasks(_limits, key => _operators.WiringOf(_model.Keys[key]), _clock.GetUtcNow());
        }

        _planner.DecideRunEnd(_clock.GetUtcNow());

        var changes = _planner.DrainChanges();
        CountTimeLimits(changes);
        changes = Hooks?.With(changes) ?? changes;
        if (changes.Count == 0)
        {
            return;
        }

        _unwritten.Add(changes);
        _observer.Changed(_model, changes);
    }

    // Changes are written in batches. Write now if the run has ended, the batch is full or old enough, a free operator waits for an intent
    // to be durable, or cache lookups wait and no attempt is left to start.
    private bool MustWrite() =>
        !_unwritten.IsEmpty
        && (_model.State.IsEnd()
            || _unwritten.IsFull
            || _planner.NeedsCommitToStart(_limits)
            || (_known.HasPendingLookups && _model.IntendedByKey.All(queue => queue.Count == 0))
            || _unwritten.Left <= TimeSpan.Zero);

    private bool OnlyOthersLeft(bool waitForPeople) =>
        _model.LiveAttempts.Count > 0 && !ExpectsEnds && _model.CountTasks(TaskState.Ready) <= _model.LiveAttempts.Count
        && _model.CountTasks(TaskState.Ready) == _model.LiveAttempts.Count(a => a is { UnreachableReason: not null, Task.State: TaskState.Ready })
        && _model.LiveAttempts.All(a => a is { UnreachableReason: not null, TimeLimit: null or { OverdueReason: null } } || (!waitForPeople && a.EndRequest is null && a.State is AttemptState.WaitingExternal && _limits.Keys[a.Task.KeyIndex].WaitsForPeople));

    private void Write()
    {
        var written = _unwritten.Write();
        Hooks?.Recorded(written, _store);
        Cache?.Publish(written, _limits);
    }

    // Restores or starts attempts whose intent is durable.
    private void Act()
    {
        foreach (var known in _known.ReleaseCached())
        {
            _startsUnderWay.Add(known.Id);
            Cache!.TakeOut(known);
        }

        foreach (var attempt in _planner.ReleaseDurable(_limits))
        {
            _startsUnderWay.Add(attempt.Id);
            Start(attempt);
        }
    }
}
