using MatterStack.Engine.Caching;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Results;

/// <summary>What a conductor needs of the cache: it is asked for what is ready, known results are put in place of executions, and new ones are put in after they have been recorded.</summary>
/// <remarks>Asking is a look at one small file and happens on the conductor's thread; files are moved on others.</remarks>
internal sealed class CacheDesk : IDisposable
{
    private readonly ResultCache _cache;
    private readonly RunStore _store;
    private readonly TimeProvider _clock;
    private readonly Action<Observation> _report;
    private readonly FaultLog _faults;
    private readonly Dictionary<AttemptId, CacheEntry> _found = [];
    private readonly CacheWarnings _warnings = new();
    private readonly ResultTaker _taker;
    private readonly ResultPublisher _publisher;

    /// <param name="cache">The cache.</param>
    /// <param name="store">The run.</param>
    /// <param name="machine">Name of this machine.</param>
    /// <param name="clock">Time.</param>
    /// <param name="report">Where facts go.</param>
    /// <param name="faults">Takes in what nobody expects.</param>
    public CacheDesk(ResultCache cache, RunStore store, string machine, TimeProvider clock, Action<Observation> report, FaultLog faults)
    {
        (_cache, _store, _clock, _report, _faults) = (cache, store, clock, report, faults);
        _taker = new ResultTaker(cache, clock, _warnings, report, faults);
        _publisher = new ResultPublisher(cache, store, machine, _warnings, faults);
    }

    /// <summary>Whether there is anything to be found.</summary>
    public bool HasResults => !_cache.IsEmpty;

    /// <summary>What went wrong since it was last asked.</summary>
    /// <param name="last">Whether nobody will ask again: what was too much to be told is counted.</param>
    public IReadOnlyList<Problem> TakeProblems(bool last = false) => last ? [.. _warnings.Take(), .. _warnings.TakeRest()] : _warnings.Take();

    /// <summary>Asks for the results of ready tasks. All that the model holds of their dependencies must be in the store.</summary>
    /// <param name="model">The run.</param>
    /// <param name="planner">Is told what is known and what is not.</param>
    /// <param name="limits">What the wiring allows.</param>
    /// <param name="wiringOf">Wiring and operator hash of a key.</param>
    /// <param name="most">How many are asked for at the most.</param>
    public void Consult(RunModel model, KnownResultPlanner planner, WiringLimits limits, Func<int, (Sha256 Wiring, Sha256 Operator)> wiringOf, int most)
    {
        for (; most > 0 && model.UnaskedAttempts.TryDequeue(out var attempt); most--)
        {
            // Found outside meanwhile, or cancelled.
            if (attempt.State is not AttemptState.Created)
            {
                continue;
            }

            if (!attempt.Task.Anew && limits.Keys[attempt.Task.Key].Repeatable && Guarded(attempt.Task, () => _store.Results(rows => rows.Fingerprint(attempt.Id)) is { } known && Sha256.TryParse(known.Sha256, out var hash) ? Find(hash, attempt.Task) : null) is { } entry)
            {
                _found[attempt.Id] = entry;
                model.Known.Enqueue(attempt);
            }
            else
            {
                planner.LeaveToOperator(attempt);
            }
        }

        for (; most > 0 && model.Unasked.TryDequeue(out var task, out _); most--)
        {
            // Cancelled, or taken up again, while it stood in the queue.
            if (task.State != TaskState.Ready || task.Live is not null)
            {
                continue;
            }

            var limit = limits.Keys[task.Key];
            task.LookedUp = task.Anew ? CacheWords.Anew : null;
            Fingerprint? fingerprint = null;
            if (!task.Anew && limit is { Unroutable: null, Repeatable: true } && Guarded(task, () => (fingerprint = FingerprintOf(task, wiringOf(task.Key).Operator, limit, null)) is null ? null : Find(fingerprint.Hash, task)) is { } entry)
            {
                var attempt = planner.Intend(task, wiringOf(task.Key), new FingerprintRecord(fingerprint!.Hash.Hex, fingerprint.Text, CacheWords.Known), _clock.GetUtcNow());
                _found[attempt.Id] = entry;
            }
            else
            {
                planner.LeaveToOperator(task);
            }
        }
    }

    /// <summary>What is recorded with an attempt that nobody was asked for, or whose result is not known.</summary>
    public FingerprintRecord? RecordOf(LiveAttempt attempt, WiringLimits limits, SqliteTransaction transaction) =>
        limits.Keys[attempt.Task.Key] is { Repeatable: true } limit && FingerprintOf(attempt.Task, attempt.Operator, limit, transaction) is { } fingerprint
            ? new FingerprintRecord(fingerprint.Hash.Hex, fingerprint.Text, attempt.Task.Anew ? CacheWords.Anew : attempt.Task.LookedUp ?? CacheWords.Unknown)
            : null;

    /// <summary>Puts the files of a known result in place; a fact says what came of it.</summary>
    public void TakeOut(LiveAttempt attempt)
    {
        if (_found.Remove(attempt.Id, out var entry))
        {
            _taker.Take(attempt.Id, attempt.Task.Id, attempt.Index, Path.Combine(_store.Run.Path, attempt.RelativePath), entry);
        }
        else
        {
            _report(new Observation.NotInCache(attempt.Id, _clock.GetUtcNow(), "its result is not known any more"));
        }
    }

    /// <summary>Puts in what has just been recorded as completed; not that of whose end something is not known.</summary>
    public void Publish(IReadOnlyList<Change> recorded, WiringLimits limits)
    {
        if (!_cache.IsWritable)
        {
            return;
        }

        foreach (var change in recorded)
        {
            if (change is Change.AttemptMoved { State: AttemptState.Ended { Outcome: Outcome.Completed }, Ending: { Cached: null, NotKnown: null }, Attempt: { Task.Cacheable: true } attempt }
                && limits.Keys[attempt.Task.Key].Repeatable && _store.Results(rows => rows.Finished(attempt.Id)) is { } finished)
            {
                _publisher.Add(finished);
            }
        }
    }

    /// <summary>Takes nothing out any more; what is not in place is left to the next tick.</summary>
    public void Leave() => _taker.Dispose();

    /// <summary>Waits until all is put in.</summary>
    /// <param name="patience">How long at the most; null: as long as it takes.</param>
    public void Finish(TimeSpan? patience) => _publisher.Finish(patience);

    public void Dispose()
    {
        _taker.Dispose();
        _publisher.Dispose();
    }

    private Fingerprint? FingerprintOf(TaskNode task, Sha256 operatorHash, KeyLimit limit, SqliteTransaction? transaction) => _store.Results(rows =>
        TaskFingerprint.Of(rows.Planned(task, transaction), task.DependsOn.Length == 0 ? [] : rows.HandOvers(task.Seq, transaction), _store.Run.Path, _store.ProgramHash, operatorHash, limit.Pool >= 0));

    // Whatever is wrong with the cache: the task is computed.
    private CacheEntry? Guarded(TaskNode task, Func<CacheEntry?> find)
    {
        try
        {
            return find();
        }
        catch (Exception e) when (e is not ProblemException)
        {
            _faults.Warn(e, $"asking the cache for task '{task.Id}'");
            return null;
        }
    }

    private CacheEntry? Find(Sha256 fingerprint, TaskNode task)
    {
        var entry = _cache.Find(fingerprint, out var damage);
        if (damage is not null)
        {
            task.LookedUp = CacheWords.Damaged;
            _warnings.Add(ResultTaker.Tell(task.Id, damage));
        }

        return entry;
    }
}
