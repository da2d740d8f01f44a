using MatterStack.Engine.Caching;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Cache;

/// <summary>Cache operations of a conductor: looks up results of ready tasks, restores found results instead of executing the tasks, and
/// publishes new results after they have been recorded.</summary>
/// <remarks>A lookup reads one small file, on the conductor's thread; files are copied on other threads.</remarks>
internal sealed class CacheCoordinator : IDisposable
{
    private readonly ResultCache _cache;
    private readonly RunStore _store;
    private readonly TimeProvider _clock;
    private readonly Action<Observation> _report;
    private readonly FaultLog _faults;
    private readonly Dictionary<AttemptId, CacheEntry> _hits = [];
    private readonly CacheWarnings _warnings = new();
    private readonly CachedResultRestorer _restorer;
    private readonly ResultPublisher _publisher;

    /// <param name="cache">The cache.</param>
    /// <param name="store">The run.</param>
    /// <param name="machine">Name of this machine.</param>
    /// <param name="clock">Time.</param>
    /// <param name="report">Receives facts, from any thread.</param>
    /// <param name="faults">Receives unexpected exceptions.</param>
    public CacheCoordinator(ResultCache cache, RunStore store, string machine, TimeProvider clock, Action<Observation> report, FaultLog faults)
    {
        (_cache, _store, _clock, _report, _faults) = (cache, store, clock, report, faults);
        _restorer = new CachedResultRestorer(cache, clock, _warnings, report, faults);
        _publisher = new ResultPublisher(cache, store, machine, _warnings, faults);
    }

    /// <summary>Whether the cache contains any result.</summary>
    public bool HasResults => !_cache.IsEmpty;

    /// <summary>Problems since the last call.</summary>
    /// <param name="last">Whether this is the last call: then the number of suppressed problems is returned too.</param>
    public IReadOnlyList<Problem> DrainProblems(bool last = false) => last ? [.. _warnings.DrainReported(), .. _warnings.DrainSummary()] : _warnings.DrainReported();

    /// <summary>Looks up the results of ready tasks. All changes of the model must be in the store.</summary>
    /// <param name="model">The run.</param>
    /// <param name="planner">Receives cache hits and misses.</param>
    /// <param name="limits">Limits of the wiring.</param>
    /// <param name="wiringOf">Gives wiring hash and operator hash of an operator key.</param>
    /// <param name="most">Largest number of lookups.</param>
    public void LookUpResults(RunModel model, CachedResultPlanner planner, WiringLimits limits, Func<int, (Sha256 Wiring, Sha256 Operator)> wiringOf, int most)
    {
        for (; most > 0 && model.AttemptsToLookUp.TryDequeue(out var attempt); most--)
        {
            // Found outside in the meantime, or cancelled.
            if (attempt.State is not AttemptState.Created)
            {
                continue;
            }

            if (!attempt.Task.MustRecompute && limits.Keys[attempt.Task.KeyIndex].IsCacheable && GuardLookup(attempt.Task, () => _store.ReadResults(rows => rows.FindFingerprint(attempt.Id)) is { } known && Sha256.TryParse(known.Sha256, out var hash) ? FindEntry(hash, attempt.Task) : null) is { } entry)
            {
                _hits[attempt.Id] = entry;
                model.CachedAttempts.Enqueue(attempt);
            }
            else
            {
                planner.QueueForOperator(attempt);
            }
        }

        for (; most > 0 && model.TasksToLookUp.TryDequeue(out var task, out _); most--)
        {
            // Cancelled, or started again, while it waited for the lookup.
            if (task.State != TaskState.Ready || task.LiveAttempt is not null)
            {
                continue;
            }

            var limit = limits.Keys[task.KeyIndex];
            task.CacheLookup = task.MustRecompute ? CacheLookupOutcome.Forced : null;
            Fingerprint? fingerprint = null;
            if (!task.MustRecompute && limit is { UnroutableReason: null, IsCacheable: true } && GuardLookup(task, () => (fingerprint = ComputeFingerprint(task, wiringOf(task.KeyIndex).Operator, limit, null)) is null ? null : FindEntry(fingerprint.Hash, task)) is { } entry)
            {
                var attempt = planner.IntendCached(task, wiringOf(task.KeyIndex), new FingerprintRecord(fingerprint!.Hash.Hex, fingerprint.Text, CacheLookupOutcome.Hit), _clock.GetUtcNow());
                _hits[attempt.Id] = entry;
            }
            else
            {
                planner.QueueForOperator(task);
            }
        }
    }

    /// <summary>Fingerprint to record with an attempt that has no cache hit. Returns null if its result cannot be cached.</summary>
    public FingerprintRecord? BuildFingerprintRecord(LiveAttempt attempt, WiringLimits limits, SqliteTransaction transaction) =>
        limits.Keys[attempt.Task.KeyIndex] is { IsCacheable: true } limit && ComputeFingerprint(attempt.Task, attempt.OperatorHash, limit, transaction) is { } fingerprint
            ? new FingerprintRecord(fingerprint.Hash.Hex, fingerprint.Text, attempt.Task.MustRecompute ? CacheLookupOutcome.Forced : attempt.Task.CacheLookup ?? CacheLookupOutcome.Miss)
            : null;

    /// <summary>Restores the files of a cache hit, on another thread; a fact reports the outcome.</summary>
    public void RestoreResult(LiveAttempt attempt)
    {
        if (_hits.Remove(attempt.Id, out var entry))
        {
            _restorer.EnqueueRestore(attempt.Id, attempt.Task.Id, attempt.Index, Path.Combine(_store.Run.Path, attempt.RelativePath), entry);
        }
        else
        {
            _report(new Observation.RestoreFailed(attempt.Id, _clock.GetUtcNow(), "its cached result is not known any more"));
        }
    }

    /// <summary>Publishes results that have just been recorded as completed, unless something about the end of the attempt is
    /// unknown.</summary>
    public void PublishResults(IReadOnlyList<Change> recorded, WiringLimits limits)
    {
        if (!_cache.IsWritable)
        {
            return;
        }

        foreach (var change in recorded)
        {
            if (change is Change.AttemptMoved { State: AttemptState.Ended { Outcome: AttemptOutcome.Completed }, End: { CachedResult: null, UnknownFacts: null }, Attempt: { Task.IsCacheable: true } attempt }
                && limits.Keys[attempt.Task.KeyIndex].IsCacheable && _store.ReadResults(rows => rows.FindFinishedAttempt(attempt.Id)) is { } finished)
            {
                _publisher.EnqueueResult(finished);
            }
        }
    }

    /// <summary>Stops restoring; the next tick restores what is missing.</summary>
    public void StopRestoring() => _restorer.Dispose();

    /// <summary>Waits until all results are published.</summary>
    /// <param name="patience">Longest time to wait; null for no limit.</param>
    public void FlushPublishing(TimeSpan? patience) => _publisher.FlushResults(patience);

    public void Dispose()
    {
        _restorer.Dispose();
        _publisher.Dispose();
    }

    private Fingerprint? ComputeFingerprint(TaskNode task, Sha256 operatorHash, KeyLimit limit, SqliteTransaction? transaction) => _store.ReadResults(rows =>
        TaskFingerprint.ComputeFingerprint(rows.ReadPlannedTask(task, transaction), task.DependsOn.Length == 0 ? [] : rows.ReadDependencyOutputs(task.Position, transaction), _store.Run.Path, _store.ProgramHash, operatorHash, limit.PoolIndex is not null));

    // If a lookup fails for any reason, the task is executed.
    private CacheEntry? GuardLookup(TaskNode task, Func<CacheEntry?> find)
    {
        try
        {
            return find();
        }
        catch (Exception e) when (e is not ProblemException)
        {
            _faults.RecordWarning(e, $"the cache lookup for task '{task.Id}'");
            return null;
        }
    }

    private CacheEntry? FindEntry(Sha256 fingerprint, TaskNode task)
    {
        var entry = _cache.FindEntry(fingerprint, out var damage);
        if (damage is not null)
        {
            task.CacheLookup = CacheLookupOutcome.Damaged;
            _warnings.Add(CachedResultRestorer.CreateWarning(task.Id, damage));
        }

        return entry;
    }
}
