using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Cache;

/// <summary>Explains why the last attempt of a task was executed instead of restored from the cache: the parts of its fingerprint that
/// changed. For a cache hit: the origin of the result.</summary>
/// <param name="reader">The run.</param>
/// <param name="runs">All runs of the workspace.</param>
/// <param name="cache">The cache of the workspace; null if it has none.</param>
/// <param name="disk">Reads the cache.</param>
internal sealed class CacheMissExplanation(RunReader reader, RunsFolder runs, CacheSettings? cache, IDisk disk)
{
    // Maximum number of earlier runs that are compared, newest first.
    private const int MaxRuns = 50;

    private const int MaxDifferences = 8;

    /// <summary>Explains the last attempt of a task, in one line.</summary>
    public string Explain(TaskRow task, AttemptRow attempt)
    {
        if (attempt.CachedFrom is not null && attempt.Origin is { } origin)
        {
            return $"not executed: it has the result of attempt {origin.AttemptId} of run {origin.RunId} ({origin.Workspace}), "
                + $"computed on {origin.OperatorKey} at {origin.Host}, ended {origin.EndedAtUtc}";
        }

        if (
            reader.ReadFingerprints(task.TaskId).FirstOrDefault(f => f.AttemptId == attempt.AttemptId) is not { } known
            || Fingerprint.Parse(known.Parts) is not { } fingerprint
        )
        {
            return $"ran because: {DescribeNotCached(task)}";
        }

        return "ran because: "
            + known.CacheLookup switch
            {
                CacheLookupOutcome.Forced => "it was asked for again (Rerun)",
                CacheLookupOutcome.Damaged => "its cached result was damaged",
                CacheLookupOutcome.Hit => reader
                    .ReadEvents()
                    .LastOrDefault(e => e.Kind == EventKinds.AttemptNotCached && e.AttemptId == attempt.AttemptId)
                    ?.Details
                    ?? "its result is known but was not taken yet",
                _ => DescribeDifferences(task, attempt, fingerprint),
            };
    }

    private string DescribeNotCached(TaskRow task)
    {
        var declared =
            reader.FindDefinition(task.TaskId) is { } definition && TaskId.TryParse(task.TaskId.Value, out var id)
                ? TaskJson.Read(id, task.OperatorKey, definition).Task
                : null;
        return declared switch
        {
            { Cache: false } => "it is kept out of the cache (Cache=\"false\")",
            { Kind: not TaskKind.Task } => "what people and instruments do is never cached",
            { Outputs.Count: 0 } => "it declares no Outputs, so there is no result to keep",
            _ when cache is null or { Mode: CacheMode.Off } => "the cache is off",
            _ => $"the cache was off, or what '{task.OperatorKey}' does is never cached",
        };
    }

    private string DescribeDifferences(TaskRow task, AttemptRow attempt, Fingerprint fingerprint)
    {
        if (
            attempt.AttemptIndex > 1
            && reader
                .ReadFingerprints(task.TaskId)
                .Any(f =>
                    f.AttemptId != attempt.AttemptId && f.AttemptId.CompareTo(attempt.AttemptId) < 0 && f.Fingerprint == fingerprint.Hash
                )
        )
        {
            return "the attempt before it did not complete";
        }

        var earlier = FindEarlier(task.TaskId, attempt)
            .Select(e => (e.Run, Differences: fingerprint.DescribeDifferences(e.Fingerprint)))
            .ToList();
        if (earlier.Count == 0)
        {
            return "no earlier result of it is known";
        }

        var (run, differences) = earlier.MinBy(e => e.Differences.Count);
        return differences.Count == 0
            ? $"its result was not in the cache; nothing has changed since run {run}"
            : string.Join("; ", differences.Take(MaxDifferences))
                + (differences.Count > MaxDifferences ? $"; and {differences.Count - MaxDifferences} more" : "")
                + $", compared with run {run}";
    }

    // Newest first. If the workspace has no earlier run, as in a fresh clone, the cache may have an entry of one.
    private IEnumerable<(string Run, Fingerprint Fingerprint)> FindEarlier(TaskId task, AttemptRow attempt)
    {
        var found = false;
        foreach (var run in runs.ListRuns().Reverse().Where(r => string.CompareOrdinal(r.Id.Value, reader.Run.Id.Value) < 0).Take(MaxRuns))
        {
            foreach (var parts in ReadParts(run, task))
            {
                if (Fingerprint.Parse(parts) is { } fingerprint)
                {
                    found = true;
                    yield return (run.Id.Value, fingerprint);
                }
            }
        }

        if (!found && cache is { Mode: not CacheMode.Off })
        {
            var createdAt = attempt.CreatedAt.ToText();
            var known = CacheInventory
                .ReadFolder(new CacheFolder(cache.Folder), disk)
                .Entries.Select(e => e.Entry)
                .Where(e =>
                    e.Origin.TaskId == task.Value
                    && e.Origin.Workspace == reader.RunRow.WorkspaceSlug
                    && string.CompareOrdinal(e.Origin.EndedAtUtc, createdAt) < 0
                )
                .OrderByDescending(e => e.Origin.EndedAtUtc, StringComparer.Ordinal);
            foreach (var entry in known)
            {
                yield return (entry.Origin.RunId, entry.Fingerprint);
            }
        }
    }

    private static List<string> ReadParts(RunFolder run, TaskId task)
    {
        try
        {
            using var earlier = new RunReader(run);
            return [.. earlier.ReadFingerprints(task).Reverse().Select(f => f.Parts)];
        }
        catch (ProblemException)
        {
            // A damaged run, or a run of another version, is left out of the comparison.
            return [];
        }
    }
}
