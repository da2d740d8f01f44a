using MatterStack.Engine.Caching;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

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
    private readonly Dictionary<TaskId, CacheEntry> _hits = [];
    private readonly CacheWarnings _warnings = new();
    private readonly CachedResultRestorer _restorer;
    private readonly ResultPublisher _publisher;

    /// <param name="cache">The cache.</param>
    /// <param name="store">The run.</param>
    /// <param name="machine">Name of this machine.</param>
    /// <param name="clock">Time.</param>
    /// <param name="report">Receives facts, from any thread.</param>
    /// <param name="faults">Receives unexpected exceptions.</param>
    public CacheCoordinator(
        ResultCache cache,
        RunStore store,
        string machine,
        TimeProvider clock,
        Action<Observation> report,
        FaultLog faults
    )
    {
        (_cache, _store, _clock, _report, _faults) = (cache, store, clock, report, faults);
        _restorer = new CachedResultRestorer(cache, clock, _warnings, report, faults);
        _publisher = new ResultPublisher(cache, store, machine, _warnings, faults);
    }

    /// <summary>Whether the cache contains any result.</summary>
    public bool HasResults => !_cache.IsEmpty;

    /// <summary>Problems since the last call.</summary>
    /// <param name="last">Whether this is the last call: then the number of suppressed problems is returned too.</param>
    public IReadOnlyList<Problem> DrainProblems(bool last = false) =>
        last ? [.. _warnings.DrainReported(), .. _warnings.DrainSummary()] : _warnings.DrainReported();

    /// <summary>Looks up results. All changes of the model must be in the store.</summary>
    public IReadOnlyList<CacheLookupResult> LookUpResults(IReadOnlyList<CacheLookup> lookups, WiringLimits limits) =>
        lookups.Select(lookup => LookUpResult(lookup, limits.Keys[lookup.Task.KeyIndex])).ToList();

    /// <summary>Restores the files of a cache hit, on another thread; a fact reports the outcome.</summary>
    public void RestoreResult(LiveAttempt attempt)
    {
        if (_hits.Remove(attempt.Task.Id, out var entry))
        {
            var folder = Path.Combine(_store.Run.Path, attempt.RelativePath);
            _restorer.EnqueueRestore(attempt.Id, attempt.Task.Id, attempt.Index, folder, entry);
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
            if (
                change is Change.AttemptMoved moved
                && IsCacheableResult(moved)
                && limits.Keys[moved.Attempt.KeyIndex].IsCacheable
                && _store.ReadResults(rows => rows.FindFinishedAttempt(moved.Attempt.Id)) is { } finished
            )
            {
                _publisher.EnqueueResult(finished);
            }
        }
    }

    private static bool IsCacheableResult(Change.AttemptMoved moved) =>
        moved.State is AttemptState.Ended { Outcome: AttemptOutcome.Completed }
        && moved.End is { CachedResult: null, UnknownFacts: null }
        && moved.Attempt.Task.IsCacheable;

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

    // If a lookup fails for any reason, the task is executed.
    private CacheLookupResult LookUpResult(CacheLookup lookup, KeyLimit limit)
    {
        var task = lookup.Task;
        try
        {
            return lookup.Attempt is { } attempt ? LookUpAttempt(lookup, attempt) : LookUpTask(lookup, limit);
        }
        catch (Exception e) when (e is not ProblemException)
        {
            _faults.RecordWarning(e, $"the cache lookup for task '{task.Id}'");
            return new CacheLookupResult(lookup, false);
        }
    }

    // The fingerprint of an attempt was recorded with its intent.
    private CacheLookupResult LookUpAttempt(CacheLookup lookup, LiveAttempt attempt) =>
        _store.ReadResults(rows => rows.FindFingerprint(attempt.Id)) is { } known && Sha256.TryParse(known.Sha256, out var hash)
            ? FindEntry(lookup, hash)
            : new CacheLookupResult(lookup, false);

    private CacheLookupResult LookUpTask(CacheLookup lookup, KeyLimit limit)
    {
        if (_store.ComputeFingerprint(lookup.Task, limit.OperatorHash, limit) is not { } fingerprint)
        {
            return new CacheLookupResult(lookup, false);
        }

        var result = FindEntry(lookup, fingerprint.Hash);
        return result.IsHit
            ? result with
            {
                Fingerprint = new FingerprintRecord(fingerprint.Hash.Hex, fingerprint.Text, CacheLookupOutcome.Hit),
            }
            : result;
    }

    private CacheLookupResult FindEntry(CacheLookup lookup, Sha256 fingerprint)
    {
        var task = lookup.Task.Id;
        var entry = _cache.FindEntry(fingerprint, out var damage);
        if (damage is not null)
        {
            _warnings.Add(CachedResultRestorer.CreateWarning(task, damage));
        }

        if (entry is not null)
        {
            _hits[task] = entry;
        }

        return new CacheLookupResult(lookup, entry is not null) { IsDamaged = damage is not null };
    }
}
