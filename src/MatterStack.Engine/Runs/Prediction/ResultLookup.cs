using MatterStack.Engine.Caching;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Prediction;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>Looks up results as the conductor does, from the record of the run and from the cache, and changes neither.</summary>
/// <param name="run">The run.</param>
/// <param name="limits">Limits of the wiring.</param>
/// <param name="cache">The cache, opened for reading; null if it is off.</param>
/// <param name="earlier">Earlier results, to tell what is new.</param>
internal sealed class ResultLookup(PredictedRun run, WiringLimits limits, ResultCache? cache, EarlierResults earlier) : IResultLookup
{
    private const string RunFolderOfCache = "";

    // Outputs of predicted cache hits, and those of them that may be executed, by the position of their tasks.
    private readonly Dictionary<int, DependencyOutputs> _restored = [];
    private readonly HashSet<(TaskId Task, string Path)> _executables = [];
    private readonly Func<DependencyOutputs, OutputFile, bool?> _readExecutable = TaskFingerprint.ReadExecutable(run.Folder?.Path ?? "");

    private bool HasCachedResults => field || (field = cache is { IsEmpty: false });

    public LookupAnswer LookUpTask(TaskNode task, IReadOnlyList<PredictedTask> completed)
    {
        var limit = limits.Keys[task.KeyIndex];
        if (cache is null || !limit.IsCacheable)
        {
            return new LookupAnswer(false, cache is null ? "the cache is off" : "what its operator does is never cached")
            {
                IsNotCacheable = true,
            };
        }

        if (!HasCachedResults && earlier.IsEmpty)
        {
            return default;
        }

        if (ComputeFingerprint(task, limit, completed) is not { } fingerprint)
        {
            return new LookupAnswer(false, "an output of a dependency does not exist any more");
        }

        var answer = FindEntry(task, fingerprint.Hash);
        return answer is { IsHit: false, IsDamaged: false }
            ? answer with
            {
                Details = earlier.DescribeDifferences(task.Id, fingerprint),
            }
            : answer;
    }

    public LookupAnswer LookUpAttempt(LiveAttempt attempt) =>
        HasCachedResults && run.Results?.FindFingerprint(attempt.Id) is { } known && Sha256.TryParse(known.Sha256, out var hash)
            ? FindEntry(attempt.Task, hash)
            : default;

    private Fingerprint? ComputeFingerprint(TaskNode task, KeyLimit limit, IReadOnlyList<PredictedTask> completed)
    {
        var outputs = new List<DependencyOutputs>();
        if (run.Results is { } rows && completed.Any(static d => d.Cause == PredictedCause.Recorded))
        {
            outputs.AddRange(rows.ReadDependencyOutputs(task.Position));
        }

        foreach (var dependency in completed)
        {
            if (_restored.TryGetValue(dependency.Task.Position, out var restored))
            {
                outputs.Add(restored);
            }
        }

        return TaskFingerprint.ComputeFingerprint(
            run.ReadTask(task),
            outputs,
            IsExecutable,
            run.ProgramHash,
            limit.OperatorHash,
            here: limit.PoolIndex is not null,
            limit.Codes
        );
    }

    private bool? IsExecutable(DependencyOutputs dependency, OutputFile output) =>
        dependency.RelativeFolder == RunFolderOfCache
            ? _executables.Contains((dependency.Task, output.Path))
            : _readExecutable(dependency, output);

    private LookupAnswer FindEntry(TaskNode task, Sha256 fingerprint)
    {
        CacheDamage? damage = null;
        if (!HasCachedResults || cache!.FindEntry(fingerprint, out damage) is not { } entry)
        {
            return damage is null ? default : new LookupAnswer(false, Describe(damage)) { IsDamaged = true };
        }

        if (cache.FindMissingFile(entry) is { } missing)
        {
            return new LookupAnswer(false, Describe(missing)) { IsDamaged = true };
        }

        KeepOutputs(task, entry);
        var origin = entry.Origin;
        return new LookupAnswer(
            true,
            $"attempt {origin.AttemptId} of run {origin.RunId} ({origin.Workspace}), computed on {origin.OperatorKey} at {origin.Host}, "
                + $"ended {origin.EndedAtUtc}"
        );
    }

    private void KeepOutputs(TaskNode task, CacheEntry entry)
    {
        if (task.Dependents.Length == 0)
        {
            return;
        }

        var declared = entry.Files.Where(static file => file.IsDeclared).ToList();
        _restored[task.Position] = new DependencyOutputs(
            task.Id,
            RunFolderOfCache,
            [.. declared.Select(static file => new OutputFile(file.Path, file.Hash, file.Size))]
        );
        foreach (var file in declared)
        {
            if (((UnixFileMode)file.Mode & UnixFileMode.UserExecute) != 0)
            {
                _executables.Add((task.Id, file.Path));
            }
        }
    }

    private static string Describe(CacheDamage damage) =>
        damage.IsDenied ? damage.Reason : $"{Path.GetFileName(damage.File)}: {damage.Reason}";
}
