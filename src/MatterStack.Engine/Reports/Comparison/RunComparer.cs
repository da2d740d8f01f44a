using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Comparison;

/// <summary>Compares the tasks of two runs, one after the other.</summary>
/// <param name="tolerance">Largest relative difference of equal numbers; null: every difference counts, also of inputs and files.</param>
/// <param name="parts">Compares fingerprints.</param>
internal sealed class RunComparer(double? tolerance, PartComparer parts)
{
    // The names of parts can be as many as the tasks.
    private const int MaxPartNames = 100;
    private readonly ResultComparer _results = new(tolerance ?? 0);
    private readonly SortedDictionary<string, long> _partCounts = new(StringComparer.Ordinal);

    public long Added { get; private set; }

    public long Gone { get; private set; }

    public long Different { get; private set; }

    public long Equal { get; private set; }

    /// <summary>Number of equal tasks whose fingerprints differ.</summary>
    public long EqualWithOtherParts { get; private set; }

    /// <summary>Number of tasks that were compared without a fingerprint.</summary>
    public long WithoutFingerprint { get; private set; }

    /// <summary>Number of tasks by part of the fingerprint that differs; at most 100 parts.</summary>
    public IReadOnlyDictionary<string, long> PartCounts => _partCounts;

    /// <summary>Whether a task counts as different.</summary>
    public bool HasDifferences => Added + Gone + Different > 0;

    /// <summary>Compares two runs whose tasks are sorted by id. Returns the tasks of which something differs, be it counted or
    /// not.</summary>
    public IEnumerable<TaskDifference> Compare(IEnumerable<ComparedTask> before, IEnumerable<ComparedTask> after)
    {
        using var olds = before.GetEnumerator();
        using var news = after.GetEnumerator();
        var old = Next(olds);
        var @new = Next(news);
        while ((old ?? @new) is not null)
        {
            var order =
                old is null ? 1
                : @new is null ? -1
                : old.TaskId.CompareTo(@new.TaskId);
            var difference = order switch
            {
                < 0 => new TaskDifference(old!.TaskId, TaskChange.Gone, old.State, null),
                > 0 => new TaskDifference(@new!.TaskId, TaskChange.Added, null, @new.State),
                _ => CompareTask(old!, @new!),
            };
            Count(difference);
            if (difference.IsAny)
            {
                yield return difference;
            }

            old = order <= 0 ? Next(olds) : old;
            @new = order >= 0 ? Next(news) : @new;
        }
    }

    private static ComparedTask? Next(IEnumerator<ComparedTask> tasks) => tasks.MoveNext() ? tasks.Current : null;

    private TaskDifference CompareTask(ComparedTask before, ComparedTask after)
    {
        var (values, count) = _results.Compare(before.Results, after.Results);
        var files = PartComparer.CompareFiles(before.Outputs, after.Outputs);
        var differentParts = parts.Compare(before, after);
        // A tolerance asks for numbers. The content of a file cannot be compared with it, and a task without results has nothing else.
        var countsFiles = tolerance is null || (before.Results ?? after.Results) is null;
        var isDifferent =
            before.State != after.State || count > 0 || (countsFiles && files.Count > 0) || (tolerance is null && differentParts.Count > 0);
        return new TaskDifference(before.TaskId, isDifferent ? TaskChange.Different : TaskChange.Equal, before.State, after.State)
        {
            Values = values,
            ValueCount = count,
            Files = files,
            Parts = differentParts,
            LacksFingerprint = before.FingerprintParts is null || after.FingerprintParts is null,
        };
    }

    private void Count(TaskDifference difference)
    {
        switch (difference.Change)
        {
            case TaskChange.Added:
                Added++;
                break;
            case TaskChange.Gone:
                Gone++;
                break;
            case TaskChange.Different:
                Different++;
                break;
            default:
                Equal++;
                EqualWithOtherParts += difference.Parts.Count > 0 ? 1 : 0;
                break;
        }

        WithoutFingerprint += difference.LacksFingerprint ? 1 : 0;
        foreach (var part in difference.Parts)
        {
            if (_partCounts.TryGetValue(part.Name, out var count) || _partCounts.Count < MaxPartNames)
            {
                _partCounts[part.Name] = count + 1;
            }
        }
    }
}
