using System.Collections.Concurrent;
using System.Text;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Cache;

/// <summary>Publishes new results to the cache, one after the other on its own thread. Errors become warnings and do not affect the
/// run.</summary>
internal sealed class ResultPublisher(ResultCache cache, RunStore store, string machine, CacheWarnings warnings, FaultLog faults) : IDisposable
{
    /// <summary>Prefix of log files that were restored from the executed attempt.</summary>
    public const string LogPrefix = "original.";

    // Bytes kept from the end of each log; longer logs should be declared as outputs.
    private const int MaxLogBytes = 64 << 10;

    private readonly BlockingCollection<FinishedAttempt> _jobs = [];
    private readonly CancellationTokenSource _shutdown = new();
    private Thread? _thread;

    public void EnqueueResult(FinishedAttempt attempt)
    {
        _jobs.Add(attempt);
        if (_thread is null)
        {
            StartThread();
        }
    }

    /// <summary>Waits until all results are published.</summary>
    /// <param name="patience">Longest time to wait; null for no limit.</param>
    public void FlushResults(TimeSpan? patience)
    {
        if (!_jobs.IsAddingCompleted)
        {
            _jobs.CompleteAdding();
            _thread?.Join(patience ?? Timeout.InfiniteTimeSpan);
            _shutdown.Cancel();
        }
    }

    public void Dispose() => FlushResults(TimeSpan.Zero);

    private void StartThread()
    {
        try
        {
            _thread = Background.StartThread(CachedResultRestorer.ThreadName, PublishQueued, e => faults.RecordWarning(e, "publishing results to the cache"));
        }
        catch (ProblemException e)
        {
            // A failure of the cache must not stop the run.
            warnings.Add(Problem.Create(CacheCodes.NotPublished, $"Results were not published to the cache: {e.Problems[0].Message}").AsWarning());
            while (_jobs.TryTake(out _))
            {
            }
        }
    }

    private void PublishQueued()
    {
        foreach (var attempt in _jobs.GetConsumingEnumerable())
        {
            if (_shutdown.IsCancellationRequested)
            {
                return;
            }

            try
            {
                if (PublishResult(attempt) is { } problem)
                {
                    warnings.Add(problem);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or NotSupportedException)
            {
                warnings.Add(Problem.Create(CacheCodes.NotPublished, $"The result of task '{attempt.TaskId}' was not published to the cache: {e.Message}").AsWarning());
            }
            catch (Exception e)
            {
                faults.RecordWarning(e, $"publishing the result of task '{attempt.TaskId}' to the cache");
            }
        }
    }

    private Problem? PublishResult(FinishedAttempt attempt)
    {
        var folder = Path.Combine(store.Run.Path, attempt.RelativePath);
        var fingerprint = Fingerprint.Parse(attempt.Fingerprint.Parts) ?? throw new FormatException($"the fingerprint of attempt {attempt.Id} is damaged");
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var files = attempt.Outputs.Select(o => new CachedFile(o.Path, o.Hash, o.Size, ReadMode(Path.Combine(folder, "work", o.Path)), true)).ToList();
        // Use the recorded content, because results.json has no recorded hash unless it is a declared output.
        if (attempt.Results is { } results && attempt.Outputs.All(o => o.Path != "results.json"))
        {
            files.Add(CreateFile("results.json", Encoding.UTF8.GetBytes(results), Path.Combine(folder, "work", "results.json")));
        }

        var logs = new List<CachedFile>();
        var logTail = new LogTail(store.Run.Path);
        foreach (var name in new[] { "stdout.log", "stderr.log" })
        {
            if (logTail.ReadLastBytes($"{attempt.RelativePath}/{name}", MaxLogBytes) is { Length: > 0 } end)
            {
                logs.Add(CreateFile(LogPrefix + name, end, Path.Combine(folder, name)));
            }
        }

        return cache.PublishResult(new CacheEntry(fingerprint, files, logs, BuildOrigin(attempt)), Path.Combine(folder, "work"), path => contents.GetValueOrDefault(path), attempt.Fingerprint.CacheLookup == CacheLookupOutcome.Forced);

        CachedFile CreateFile(string path, byte[] content, string source)
        {
            contents[path] = content;
            return new CachedFile(path, Sha256.ComputeHash(content), content.Length, ReadMode(source), false);
        }
    }

    private CacheOrigin BuildOrigin(FinishedAttempt attempt) => new()
    {
        RunId = store.Id.Value,
        AttemptId = attempt.Id,
        AttemptIndex = attempt.Index,
        TaskId = attempt.TaskId,
        Workspace = store.WorkspaceSlug,
        OperatorKey = attempt.OperatorKey,
        WiringSha256 = attempt.WiringSha256,
        OperatorSha256 = attempt.OperatorSha256,
        ExternalId = attempt.ExternalId,
        Host = machine,
        ExitCode = attempt.ExitCode,
        CreatedAtUtc = attempt.CreatedAtUtc,
        SubmittedAtUtc = attempt.SubmittedAtUtc,
        EndedAtUtc = attempt.EndedAtUtc,
        EngineVersion = EngineVersion.Text,
    };

    private static int ReadMode(string file) => OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(file) & 0x1ff;
}
