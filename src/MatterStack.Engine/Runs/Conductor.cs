using System.Collections.Concurrent;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Hooks;
using MatterStack.Engine.Runs.Results;

namespace MatterStack.Engine.Runs;

/// <summary>Moves one run: observe, plan, record, act. It holds the only hand that plans and writes; operators report facts from threads of their own.</summary>
internal sealed partial class Conductor : IDisposable
{
    // Asked of the cache at a time, so that nobody waits long for it; a step, which has one time only, asks more.
    private const int AskedInLoop = 256;
    private const int AskedInStep = 5000;

    // Whoever is told to stop has two seconds.
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(1);

    // How often a loop that nothing wakes looks for requests.
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
    private readonly KnownResultPlanner _known;
    private readonly bool _looping;
    private readonly FaultLog _faults;
    private WiringLimits _limits;
    private Problem? _trouble;
    private bool _hurry;
    private long _lookedForRequests;

    /// <param name="store">The run's store, whose lock the caller holds.</param>
    /// <param name="operators">Operators that report into <paramref name="facts"/>.</param>
    /// <param name="facts">Where operators put facts.</param>
    /// <param name="looping">Whether more rounds follow: then attempts are intended ahead.</param>
    /// <param name="clock">Time.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="options">How work is grouped.</param>
    /// <param name="faults">Takes in what nobody expects.</param>
    public Conductor(RunStore store, OperatorPool operators, BlockingCollection<Observation> facts, bool looping, TimeProvider clock, IRunObserver observer, ConductorOptions options, FaultLog faults)
    {
        (_store, _operators, _facts, _clock, _observer, _options, _faults) = (store, operators, facts, clock, observer, options, faults);
        (_looping, _origin) = (looping, clock.GetTimestamp());
        _model = store.Load();
        _unwritten = new UnwrittenChanges(store, _model, options, clock);
        _limits = operators.Limits(_model.Keys, looping ? options.Ahead : 0);
        _planner = new TickPlanner(_model, new AttemptIdSource());
        _requests = new RequestPlanner(_model, _planner);
        _timeLimits = new TimeLimitPlanner(_model, _planner);
        _known = new KnownResultPlanner(_model, _planner);
    }

    public RunModel Model => _model;

    /// <summary>Asks the run's campaign class what follows from an iteration; null: it is not asked here.</summary>
    public IterationTurn? Campaign { get; init; }

    /// <summary>Knows results; null: all is executed.</summary>
    public CacheDesk? Cache
    {
        get;
        init
        {
            field = value;
            _store.Fingerprint = value is null ? null : (attempt, transaction) => value.RecordOf(attempt, _limits, transaction);
        }
    }

    /// <summary>Hides in reported words what references in wiring stand for.</summary>
    public Func<string, string> Hide { get; init; } = static words => words;

    /// <summary>Tells others of what happens; null: nobody is to be told.</summary>
    public HookDesk? Hooks { get; private init; }

    /// <summary>Makes <see cref="Hooks"/>.</summary>
    public Func<RunModel, HookDesk?> HooksOf { init => Hooks = value(_model); }

    /// <summary>One pass: takes in what became of attempts, asks the campaign if an iteration is over, plans, starts what there is room for, and leaves.</summary>
    /// <param name="cancel">Gives up waiting for the campaign.</param>
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
            // What was started is known outside by a name only after the start; it belongs into the store before the hand is taken off.
            while (_startsUnderWay.Count > 0)
            {
                Take(_facts.Take(cancel));
            }
        }
        catch (OperationCanceledException)
        {
            // The caller sees the token itself; what was being started is looked for by the next command.
        }

        EndOverdue();
        AwaitEnds(toTheEnd: true, cancel);
        Plan();
        CallPeople();
        Write();
        _hurry = cancel.IsCancellationRequested;
        StopForTrouble();
    }

    /// <summary>Moves nothing; tells others what has not reached them yet.</summary>
    public void Tell() => Hooks?.Begin(_store);

    /// <summary>Passes until the run has ended or, without room for more, only others can move it on.</summary>
    /// <param name="waitForPeople">Whether it goes on when nothing but people can move the run.</param>
    /// <param name="cancel">Stops it; work that was started goes on.</param>
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
            if (!(_model.State == RunState.Running || (_model.State == RunState.Paused && _model.CancelAsked is not null)) || cancel.IsCancellationRequested || OnlyOthersLeft(waitForPeople))
            {
                return;
            }

            if (!_model.IterationOver)
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
            // Facts that arrived while the operators were leaving.
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
        _planner.Begin(_limits, _clock.GetUtcNow());
        _observer.Began(_model);
        var orders = _store.OrdersUnderWay(_model);
        WatchTimeLimits(orders);
        _operators.Observe(orders);
        while (_facts.TryTake(out var fact))
        {
            Take(fact);
        }

        // Also after a command that died before it had told everybody.
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
        if (_model.IterationOver && Campaign is not null && _trouble is null)
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

    // What dependencies left is asked of the store, so all of it must be there.
    private bool Consult()
    {
        if (!_known.HasUnasked || !_unwritten.IsEmpty || !_model.MayStart || _trouble is not null)
        {
            return false;
        }

        Cache!.Consult(_model, _known, _limits, key => _operators.WiringOf(_model.Keys[key]), _looping ? AskedInLoop : AskedInStep);
        return true;
    }

    private void Warn(bool last = false)
    {
        foreach (var problem in _faults.TakeWarnings().Concat(Cache?.TakeProblems(last) ?? []))
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

    // What the campaign says is recorded at once and as a whole; a process that dies before asks it the same again.
    private void Advance(IterationTurn campaign, CancellationToken cancel)
    {
        Write();
        try
        {
            new IterationPlanner(_model, _planner).Advance(campaign.Take(_model, cancel), _clock.GetUtcNow());
        }
        catch (OperationCanceledException)
        {
            // The caller sees the token itself.
            return;
        }

        _limits = _operators.Limits(_model.Keys, _looping ? _options.Ahead : 0);
        _model.CoresInUse = new int[_limits.PoolCores.Count];
        Plan();
        Write();
        Act();
    }

    private void Wait(CancellationToken cancel)
    {
        var patience = !_unwritten.IsEmpty ? _unwritten.Left : _known.HasUnasked ? TimeSpan.Zero : Glance;
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
            // The loop sees the token itself.
        }
    }

    // Nothing is lost: what could not be done is still intended, and the next command does it.
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
            if (_known.HasUnasked && Cache is not { HasResults: true })
            {
                _known.LeaveAllToOperators();
            }

            _planner.Intend(_limits, key => _operators.WiringOf(_model.Keys[key]), _clock.GetUtcNow());
        }

        _planner.Settle(_clock.GetUtcNow());

        var changes = _planner.TakeChanges();
        CountTimeLimits(changes);
        changes = Hooks?.With(changes) ?? changes;
        if (changes.Count == 0)
        {
            return;
        }

        _unwritten.Add(changes);
        _observer.Changed(_model, changes);
    }

    // Together, unless somebody waits for it: the end of the run, a full batch, or an operator that could start what is only intended.
    private bool MustWrite() =>
        !_unwritten.IsEmpty
        && (_model.State.IsEnd()
            || _unwritten.IsFull
            || _planner.WaitsForRecord(_limits)
            || (_known.HasUnasked && _model.Waiting.All(queue => queue.Count == 0))
            || _unwritten.Left <= TimeSpan.Zero);

    private bool OnlyOthersLeft(bool waitForPeople) =>
        _model.Live.Count > 0 && !ExpectsEnds && _model.Count(TaskState.Ready) <= _model.Live.Count
        && _model.Count(TaskState.Ready) == _model.Live.Count(a => a is { Unreachable: not null, Task.State: TaskState.Ready })
        && _model.Live.All(a => a is { Unreachable: not null, Limit: null or { Overdue: null } } || (!waitForPeople && a.EndAsked is null && a.State is AttemptState.WaitingExternal && _limits.Keys[a.Task.Key].People));

    private void Write()
    {
        var written = _unwritten.Write();
        Hooks?.Recorded(written, _store);
        Cache?.Publish(written, _limits);
    }

    // Lets attempts go whose intent is durable.
    private void Act()
    {
        foreach (var known in _known.Release())
        {
            _startsUnderWay.Add(known.Id);
            Cache!.TakeOut(known);
        }

        foreach (var attempt in _planner.Release(_limits))
        {
            _startsUnderWay.Add(attempt.Id);
            Start(attempt);
        }
    }
}
