using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Cache;

/// <summary>Restores the files of cached results on up to four threads and reports each as the end of its attempt. A result that cannot be
/// restored is reported as missing, and its task is executed.</summary>
internal sealed class CachedResultRestorer : IDisposable
{
    /// <summary>Name of the threads that copy files of the cache.</summary>
    public const string ThreadName = "cache";

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly ResultCache _cache;
    private readonly TimeProvider _clock;
    private readonly CacheWarnings _warnings;
    private readonly Action<Observation> _report;
    private readonly FaultLog _faults;
    private readonly WorkQueue<RestoreJob> _jobs;
    private readonly CancellationTokenSource _shutdown = new();

    public CachedResultRestorer(ResultCache cache, TimeProvider clock, CacheWarnings warnings, Action<Observation> report, FaultLog faults)
    {
        (_cache, _clock, _warnings, _report, _faults) = (cache, clock, warnings, report, faults);
        _jobs = new WorkQueue<RestoreJob>(ThreadName, RestoreQueued, e => faults.RecordWarning(e, "restoring results from the cache"))
        {
            MaxThreads = Math.Min(4, Environment.ProcessorCount),
        };
    }

    private sealed record RestoreJob(AttemptId Attempt, TaskId Task, int Index, string Folder, CacheEntry Entry);

    /// <summary>Queues the restore of a result.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="task">Its task.</param>
    /// <param name="index">Its index.</param>
    /// <param name="folder">Absolute path of its folder.</param>
    /// <param name="entry">The cached result.</param>
    public void EnqueueRestore(AttemptId attempt, TaskId task, int index, string folder, CacheEntry entry) =>
        _jobs.TryAdd(new RestoreJob(attempt, task, index, folder, entry));

    /// <summary>Warning that a cached result cannot be used.</summary>
    public static Problem CreateWarning(TaskId task, CacheDamage damage) =>
        Problem
            .Create(
                damage.IsDenied ? CacheCodes.NotReadable : CacheCodes.Damaged,
                $"The cached result of task '{task}' cannot be used: {(damage.IsDenied ? "" : damage.File + ": ")}{damage.Reason}",
                new SourcePosition(damage.File)
            )
            .AsWarning();

    public void Dispose()
    {
        if (_shutdown.IsCancellationRequested)
        {
            return;
        }

        _shutdown.Cancel();
        _jobs.Close();
        // Threads finish the file that they copy, unless it is very large. An incomplete copy does no harm: no end of its attempt was
        // recorded.
        _jobs.Join(ShutdownTimeout);
    }

    private void RestoreQueued(RestoreJob job)
    {
        if (!_shutdown.IsCancellationRequested)
        {
            _report(RestoreResult(job));
        }
    }

    private Observation RestoreResult(RestoreJob job)
    {
        try
        {
            if (_cache.RestoreFiles(job.Entry, job.Folder) is { } damage)
            {
                if (!damage.IsPruned)
                {
                    _warnings.Add(CreateWarning(job.Task, damage));
                }

                return new Observation.RestoreFailed(
                    job.Attempt,
                    _clock.GetUtcNow(),
                    damage.IsPruned
                        ? "its result has just been pruned from the cache"
                        : $"its cached result cannot be used: {Path.GetFileName(damage.File)}: {damage.Reason}"
                );
            }

            var (results, wrong) = OutputCollector.ReadResults(Path.Combine(job.Folder, AttemptLayout.WorkFolder));
            return wrong is null ? CreateEnd(job, results) : new Observation.RestoreFailed(job.Attempt, _clock.GetUtcNow(), wrong);
        }
        catch (Exception e) when (DiskErrors.IsAccessOrPathError(e))
        {
            return DiskErrors.IsDiskError(e)
                ? new Observation.Blocked(
                    job.Attempt,
                    _clock.GetUtcNow(),
                    AttemptRequest.CreateBlockedProblem(job.Index, job.Task, job.Folder, e)
                )
                // The error may also meet the execution; then its operator reports it.
                : new Observation.RestoreFailed(job.Attempt, _clock.GetUtcNow(), $"its cached result could not be restored: {e.Message}");
        }
        catch (Exception e)
        {
            var problem = _faults.RecordFault(e, $"restoring the cached result of task '{job.Task}'");
            _faults.RecordWarning(problem);
            return new Observation.RestoreFailed(
                job.Attempt,
                _clock.GetUtcNow(),
                $"its cached result could not be restored: {Fault.FormatReason(problem)}"
            );
        }
    }

    private Observation.Exited CreateEnd(RestoreJob job, string? results)
    {
        var origin = job.Entry.Origin;
        return new Observation.Exited(
            job.Attempt,
            _clock.GetUtcNow(),
            new AttemptEnd
            {
                Outputs = [.. job.Entry.Files.Where(f => f.IsDeclared).Select(f => new OutputFile(f.Path, f.Hash, f.Size))],
                ResultsJson = results,
                CachedResult = new CachedResult(
                    $"{origin.RunId}/{origin.AttemptId}/{job.Entry.Fingerprint.Hash}",
                    CacheOriginJson.Write(origin),
                    $"not executed: the result of attempt {origin.AttemptId} of run {origin.RunId}"
                        + (
                            origin.ContinuedAttempts == 0
                                ? ""
                                : $", which continued {CountText.FormatCount(origin.ContinuedAttempts, "earlier attempt")}"
                        )
                ),
            }
        );
    }
}
