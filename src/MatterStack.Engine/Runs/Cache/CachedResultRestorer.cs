using System.Collections.Concurrent;
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
internal sealed class CachedResultRestorer(ResultCache cache, TimeProvider clock, CacheWarnings warnings, Action<Observation> report, FaultLog faults) : IDisposable
{
    /// <summary>Name of the threads that copy files of the cache.</summary>
    public const string ThreadName = "cache";

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<RestoreJob> _jobs = [];
    private readonly List<Thread> _threads = [];
    private readonly CancellationTokenSource _shutdown = new();

    private sealed record RestoreJob(AttemptId Attempt, TaskId Task, int Index, string Folder, CacheEntry Entry);

    /// <summary>Queues the restore of a result.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="task">Its task.</param>
    /// <param name="index">Its index.</param>
    /// <param name="folder">Absolute path of its folder.</param>
    /// <param name="entry">The cached result.</param>
    public void EnqueueRestore(AttemptId attempt, TaskId task, int index, string folder, CacheEntry entry)
    {
        _jobs.Add(new RestoreJob(attempt, task, index, folder, entry));
        if (_threads.Count < Math.Min(4, Environment.ProcessorCount) && _jobs.Count > _threads.Count)
        {
            StartThread();
        }
    }

    /// <summary>Warning that a cached result cannot be used.</summary>
    public static Problem CreateWarning(TaskId task, CacheDamage damage) =>
        Problem.Create(damage.IsDenied ? CacheCodes.NotReadable : CacheCodes.Damaged, $"The cached result of task '{task}' cannot be used: {(damage.IsDenied ? "" : damage.File + ": ")}{damage.Reason}", new SourcePosition(damage.File)).AsWarning();

    public void Dispose()
    {
        if (_shutdown.IsCancellationRequested)
        {
            return;
        }

        _shutdown.Cancel();
        _jobs.CompleteAdding();
        // Threads finish the file that they copy, unless it is very large. An incomplete copy does no harm: no end of its attempt was
        // recorded.
        foreach (var thread in _threads)
        {
            thread.Join(ShutdownTimeout);
        }
    }

    private void StartThread()
    {
        try
        {
            _threads.Add(Background.StartThread(ThreadName, RestoreQueued, e => faults.RecordWarning(e, "restoring results from the cache")));
        }
        catch (ProblemException) when (_threads.Count > 0)
        {
            // The threads that were started do the work.
        }
    }

    private void RestoreQueued()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            if (_shutdown.IsCancellationRequested)
            {
                return;
            }

            report(RestoreResult(job));
        }
    }

    private Observation RestoreResult(RestoreJob job)
    {
        try
        {
            if (cache.RestoreFiles(job.Entry, job.Folder) is { } damage)
            {
                if (!damage.IsPruned)
                {
                    warnings.Add(CreateWarning(job.Task, damage));
                }

                return new Observation.RestoreFailed(job.Attempt, clock.GetUtcNow(), damage.IsPruned ? "its result has just been pruned from the cache" : $"its cached result cannot be used: {Path.GetFileName(damage.File)}: {damage.Reason}");
            }

            var (results, wrong) = OutputCollector.ReadResults(Path.Combine(job.Folder, "work"));
            return wrong is null ? CreateEnd(job, results) : new Observation.RestoreFailed(job.Attempt, clock.GetUtcNow(), wrong);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return DiskErrors.IsDiskError(e)
                ? new Observation.Blocked(job.Attempt, clock.GetUtcNow(), AttemptRequest.CreateBlockedProblem(job.Index, job.Task, job.Folder, e))
                // The error may also meet the execution; then its operator reports it.
                : new Observation.RestoreFailed(job.Attempt, clock.GetUtcNow(), $"its cached result could not be restored: {e.Message}");
        }
        catch (Exception e)
        {
            var problem = faults.RecordFault(e, $"restoring the cached result of task '{job.Task}'");
            faults.RecordWarning(problem);
            return new Observation.RestoreFailed(job.Attempt, clock.GetUtcNow(), $"its cached result could not be restored: {Fault.FormatReason(problem)}");
        }
    }

    private Observation.Exited CreateEnd(RestoreJob job, string? results)
    {
        var origin = job.Entry.Origin;
        return new Observation.Exited(job.Attempt, clock.GetUtcNow(), new AttemptEnd
        {
            Outputs = [.. job.Entry.Files.Where(f => f.IsDeclared).Select(f => new OutputFile(f.Path, f.Hash, f.Size))],
            ResultsJson = results,
            CachedResult = new CachedResult($"{origin.RunId}/{origin.AttemptId}/{job.Entry.Fingerprint.Hash}", CacheOriginJson.Write(origin),
                $"not executed: the result of attempt {origin.AttemptId} of run {origin.RunId}"),
        });
    }
}
