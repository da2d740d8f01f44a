using MatterStack.Engine.Caching;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>Earlier results of the tasks of a workspace: what their fingerprints were, and how long they took. Runs that cannot be read are
/// left out.</summary>
/// <param name="runs">Runs of the workspace, oldest first, without the one that is predicted.</param>
/// <param name="cache">The cache; null if it is off.</param>
/// <param name="workspace">Name of the workspace.</param>
/// <param name="disk">Reads the cache.</param>
internal sealed class EarlierResults(IReadOnlyList<RunFolder> runs, CacheSettings? cache, string workspace, IDisk disk) : IDisposable
{
    /// <summary>Maximum number of runs that are read, newest first.</summary>
    public const int MaxRuns = 5;

    // Each entry is a file to read, so a larger cache is not searched.
    private const int MaxEntries = 20_000;
    private const int MaxDifferences = 8;

    private List<(RunReader Reader, Dictionary<string, string> Attempts)>? _readers;
    private ILookup<string, CacheEntry>? _entries;

    private List<(RunReader Reader, Dictionary<string, string> Attempts)> Readers => _readers ??= [.. OpenReaders()];

    private ILookup<string, CacheEntry> Entries => _entries ??= ReadEntries().ToLookup(static e => e.Origin.TaskId, StringComparer.Ordinal);

    /// <summary>Whether nothing is known, so that no fingerprint need be computed for a comparison.</summary>
    public bool IsEmpty => Readers.All(static run => run.Attempts.Count == 0) && Entries.Count == 0;

    /// <summary>Describes how a fingerprint differs from the nearest earlier one of the same task. Returns null if there is none.</summary>
    public string? DescribeDifferences(TaskId task, Fingerprint fingerprint)
    {
        (string Run, IReadOnlyList<string> Differences)? nearest = null;
        foreach (var (run, earlier) in FindEarlier(task.Value))
        {
            var differences = fingerprint.DescribeDifferences(earlier);
            if (nearest is not { } known || differences.Count < known.Differences.Count)
            {
                nearest = (run, differences);
            }
        }

        return nearest is not { } found ? null
            : found.Differences.Count == 0 ? $"nothing has changed since run {found.Run}, and its result is not in the cache"
            : string.Join("; ", found.Differences.Take(MaxDifferences))
                + (found.Differences.Count > MaxDifferences ? $"; and {found.Differences.Count - MaxDifferences} more" : "")
                + $", compared with run {found.Run}";
    }

    /// <summary>Times of executed attempts, of the predicted run and of earlier ones.</summary>
    /// <param name="predicted">The run that is predicted.</param>
    public AttemptTimes ReadTimes(PredictedRun predicted)
    {
        var times = new AttemptTimes();
        times.AddRun(predicted.ReadDurations());
        foreach (var (reader, _) in Readers)
        {
            try
            {
                times.AddRun(reader.ReadDurations());
            }
            catch (ProblemException)
            {
                // A damaged run says nothing.
            }
        }

        return times;
    }

    public void Dispose()
    {
        foreach (var (reader, _) in _readers ?? [])
        {
            reader.Dispose();
        }
    }

    private IEnumerable<(string Run, Fingerprint Fingerprint)> FindEarlier(string task)
    {
        var found = false;
        foreach (var (reader, attempts) in Readers)
        {
            if (attempts.TryGetValue(task, out var attempt) && FindParts(reader, attempt) is { } known)
            {
                found = true;
                yield return (reader.Run.Id.Value, known);
            }
        }

        if (found)
        {
            yield break;
        }

        foreach (var entry in Entries[task].OrderByDescending(static e => e.Origin.EndedAtUtc, StringComparer.Ordinal))
        {
            yield return (entry.Origin.RunId, entry.Fingerprint);
        }
    }

    private static Fingerprint? FindParts(RunReader reader, string attempt)
    {
        try
        {
            return reader.FindFingerprintParts(attempt) is { } parts ? Fingerprint.Parse(parts) : null;
        }
        catch (ProblemException)
        {
            return null;
        }
    }

    private IEnumerable<(RunReader Reader, Dictionary<string, string> Attempts)> OpenReaders()
    {
        foreach (var run in runs.Reverse().Take(MaxRuns))
        {
            RunReader? reader = null;
            var attempts = new Dictionary<string, string>(StringComparer.Ordinal);
            try
            {
                reader = RunReader.OpenTraceless(run);
                foreach (var (task, attempt) in reader.ReadFingerprintedAttempts())
                {
                    attempts[task] = attempt;
                }
            }
            catch (Exception e) when (e is ProblemException || DiskErrors.IsAccessError(e))
            {
                reader?.Dispose();
                continue;
            }

            yield return (reader, attempts);
        }
    }

    private IEnumerable<CacheEntry> ReadEntries()
    {
        if (cache is null)
        {
            return [];
        }

        var folder = new CacheFolder(cache.Folder);
        try
        {
            return
                !Directory.Exists(folder.EntriesFolder)
                || Directory.EnumerateFiles(folder.EntriesFolder, "*", SearchOption.AllDirectories).Skip(MaxEntries).Any()
                ? []
                : CacheInventory.ReadFolder(folder, disk).Entries.Select(static e => e.Entry).Where(e => e.Origin.Workspace == workspace);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return [];
        }
    }
}
