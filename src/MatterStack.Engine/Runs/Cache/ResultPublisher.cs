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
internal sealed class ResultPublisher : IDisposable
{
    /// <summary>Prefix of log files that were restored from the executed attempt.</summary>
    public const string LogPrefix = "original.";

    // Bytes kept from the end of each log; longer logs should be declared as outputs.
    private const int MaxLogBytes = 64 << 10;

    private readonly ResultCache _cache;
    private readonly RunStore _store;
    private readonly string _machine;
    private readonly CacheWarnings _warnings;
    private readonly FaultLog _faults;
    private readonly WorkQueue<FinishedAttempt> _jobs;
    private readonly CancellationTokenSource _shutdown = new();

    public ResultPublisher(ResultCache cache, RunStore store, string machine, CacheWarnings warnings, FaultLog faults)
    {
        (_cache, _store, _machine, _warnings, _faults) = (cache, store, machine, warnings, faults);
        _jobs = new WorkQueue<FinishedAttempt>(CachedResultRestorer.ThreadName, PublishQueued, e =>
            faults.RecordWarning(e, "publishing results to the cache")
        );
    }

    public void EnqueueResult(FinishedAttempt attempt)
    {
        try
        {
            _jobs.TryAdd(attempt);
        }
        catch (ProblemException e)
        {
            // A failure of the cache must not stop the run.
            _warnings.Add(
                Problem.Create(CacheCodes.NotPublished, $"Results were not published to the cache: {e.Problems[0].Message}").AsWarning()
            );
            while (_jobs.TryTake(out _)) { }
        }
    }

    /// <summary>Waits until all results are published.</summary>
    /// <param name="patience">Longest time to wait; null for no limit.</param>
    public void FlushResults(TimeSpan? patience)
    {
        if (!_jobs.IsClosed)
        {
            _jobs.Close();
            _jobs.Join(patience ?? Timeout.InfiniteTimeSpan);
            _shutdown.Cancel();
        }
    }

    public void Dispose() => FlushResults(TimeSpan.Zero);

    private void PublishQueued(FinishedAttempt attempt)
    {
        if (_shutdown.IsCancellationRequested)
        {
            return;
        }

        try
        {
            if (PublishResult(attempt) is { } problem)
            {
                _warnings.Add(problem);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or NotSupportedException)
        {
            _warnings.Add(
                Problem
                    .Create(
                        CacheCodes.NotPublished,
                        $"The result of task '{attempt.Row.TaskId}' was not published to the cache: {e.Message}"
                    )
                    .AsWarning()
            );
        }
        catch (Exception e)
        {
            _faults.RecordWarning(e, $"publishing the result of task '{attempt.Row.TaskId}' to the cache");
        }
    }

    private Problem? PublishResult(FinishedAttempt attempt)
    {
        var folder = Path.Combine(_store.Run.Path, attempt.Row.RelativePath);
        var fingerprint = Fingerprint.Parse(attempt.Fingerprint.Parts)
            ?? throw new FormatException($"the fingerprint of attempt {attempt.Row.AttemptId} is damaged");
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var files = attempt
            .Outputs.Select(o => new CachedFile(
                o.Path,
                o.Hash,
                o.Size,
                ReadMode(Path.Combine(folder, AttemptLayout.WorkFolder, o.Path)),
                true
            ))
            .ToList();
        // Use the recorded content, because results.json has no recorded hash unless it is a declared output.
        if (attempt.Row.Results is { } results && attempt.Outputs.All(o => o.Path != AttemptLayout.ResultsFile))
        {
            files.Add(
                CreateFile(
                    AttemptLayout.ResultsFile,
                    Encoding.UTF8.GetBytes(results),
                    Path.Combine(folder, AttemptLayout.WorkFolder, AttemptLayout.ResultsFile)
                )
            );
        }

        var logs = new List<CachedFile>();
        var logTail = new LogTail(_store.Run.Path);
        foreach (var name in new[] { AttemptLayout.StdoutFile, AttemptLayout.StderrFile })
        {
            if (logTail.ReadLastBytes($"{attempt.Row.RelativePath}/{name}", MaxLogBytes) is { Length: > 0 } end)
            {
                logs.Add(CreateFile(LogPrefix + name, end, Path.Combine(folder, name)));
            }
        }

        return _cache.PublishResult(
            new CacheEntry(fingerprint, files, logs, BuildOrigin(attempt.Row)),
            Path.Combine(folder, AttemptLayout.WorkFolder),
            path => contents.GetValueOrDefault(path),
            attempt.Fingerprint.CacheLookup == CacheLookupOutcome.Forced
        );

        CachedFile CreateFile(string path, byte[] content, string source)
        {
            contents[path] = content;
            return new CachedFile(path, Sha256.ComputeHash(content), content.Length, ReadMode(source), false);
        }
    }

    private CacheOrigin BuildOrigin(AttemptRow attempt) =>
        new()
        {
            RunId = _store.Id.Value,
            AttemptId = attempt.AttemptId.Value,
            AttemptIndex = attempt.AttemptIndex,
            TaskId = attempt.TaskId.Value,
            Workspace = _store.WorkspaceSlug,
            OperatorKey = attempt.OperatorKey.Value,
            WiringSha256 = attempt.WiringSha256.Hex,
            OperatorSha256 = attempt.OperatorSha256.Hex,
            ExternalId = attempt.ExternalId,
            Host = _machine,
            ExitCode = attempt.ExitCode,
            CreatedAtUtc = attempt.CreatedAt.ToText(),
            SubmittedAtUtc = attempt.SubmittedAt?.ToText(),
            EndedAtUtc = attempt.EndedAt!.Value.ToText(),
            EngineVersion = EngineVersion.Text,
            ContinuedAttempts = attempt.ContinuedAttempts,
            CodeVersions = attempt
                .Codes.Where(static code => code.Version is not null)
                .ToDictionary(static code => code.Code, static code => code.Version!, StringComparer.Ordinal),
        };

    private static int ReadMode(string file) => OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(file) & 0x1ff;
}
