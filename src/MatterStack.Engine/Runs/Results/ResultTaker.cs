using System.Collections.Concurrent;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Results;

/// <summary>Puts known results in place, some at a time, and reports each as the end of its attempt.</summary>
internal sealed class ResultTaker(ResultCache cache, TimeProvider clock, CacheWarnings warnings, Action<Observation> report, FaultLog faults) : IDisposable
{
    /// <summary>Name of threads that move files of the cache.</summary>
    public const string ThreadName = "cache";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<Job> _jobs = [];
    private readonly List<Thread> _threads = [];
    private readonly CancellationTokenSource _leaving = new();

    private sealed record Job(AttemptId Attempt, TaskId Task, int Index, string Folder, CacheEntry Entry);

    /// <param name="attempt">The attempt.</param>
    /// <param name="task">Its task.</param>
    /// <param name="index">Its number.</param>
    /// <param name="folder">Its absolute folder.</param>
    /// <param name="entry">Its result.</param>
    public void Take(AttemptId attempt, TaskId task, int index, string folder, CacheEntry entry)
    {
        _jobs.Add(new Job(attempt, task, index, folder, entry));
        if (_threads.Count < Math.Min(4, Environment.ProcessorCount) && _jobs.Count > _threads.Count)
        {
            StartThread();
        }
    }

    /// <summary>The warning that a result cannot be used.</summary>
    public static Problem Tell(TaskId task, CacheDamage damage) =>
        Problem.Of(damage.IsDenied ? CacheCodes.NotReadable : CacheCodes.Damaged, $"The cached result of task '{task}' cannot be used: {(damage.IsDenied ? "" : damage.File + ": ")}{damage.Why}", new SourcePosition(damage.File)).AsWarning();

    public void Dispose()
    {
        if (_leaving.IsCancellationRequested)
        {
            return;
        }

        _leaving.Cancel();
        _jobs.CompleteAdding();
        // Those in the middle of a file come to its end, unless it is a very large one: what they leave is of no attempt that was recorded.
        foreach (var thread in _threads)
        {
            thread.Join(Patience);
        }
    }

    private void StartThread()
    {
        try
        {
            _threads.Add(Background.StartThread(ThreadName, Work, e => faults.Warn(e, "taking results out of the cache")));
        }
        catch (ProblemException) when (_threads.Count > 0)
        {
            // Those that there are do the work.
        }
    }

    private void Work()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            if (_leaving.IsCancellationRequested)
            {
                return;
            }

            report(Take(job));
        }
    }

    private Observation Take(Job job)
    {
        try
        {
            if (cache.TakeOut(job.Entry, job.Folder) is { } damage)
            {
                if (!damage.IsPruned)
                {
                    warnings.Add(Tell(job.Task, damage));
                }

                return new Observation.NotInCache(job.Attempt, clock.GetUtcNow(), damage.IsPruned ? "its result has just been pruned from the cache" : $"its cached result cannot be used: {Path.GetFileName(damage.File)}: {damage.Why}");
            }

            var (results, wrong) = Collecting.Results(Path.Combine(job.Folder, "work"));
            return wrong is null ? Ended(job, results) : new Observation.NotInCache(job.Attempt, clock.GetUtcNow(), wrong);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return DiskTrouble.Is(e)
                ? new Observation.HeldUp(job.Attempt, clock.GetUtcNow(), AttemptOrder.HeldUp(job.Index, job.Task, job.Folder, e))
                // Whoever executes it will meet the same, or not.
                : new Observation.NotInCache(job.Attempt, clock.GetUtcNow(), $"its cached result could not be put in place: {e.Message}");
        }
        catch (Exception e)
        {
            var problem = faults.Note(e, $"taking the result of task '{job.Task}' out of the cache");
            faults.Warn(problem);
            return new Observation.NotInCache(job.Attempt, clock.GetUtcNow(), $"its cached result could not be put in place: {Fault.Reason(problem)}");
        }
    }

    private Observation.Exited Ended(Job job, string? results)
    {
        var origin = job.Entry.Origin;
        return new Observation.Exited(job.Attempt, clock.GetUtcNow(), new Ending
        {
            Outputs = [.. job.Entry.Files.Where(f => f.Declared).Select(f => new OutputFile(f.Path, f.Hash, f.Size))],
            ResultsJson = results,
            Cached = new CachedResult($"{origin.RunId}/{origin.AttemptId}/{job.Entry.Fingerprint.Hash}", OriginJson.Write(origin),
                $"not executed: the result of attempt {origin.AttemptId} of run {origin.RunId}"),
        });
    }
}
