using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Prediction;

/// <summary>Times that executed attempts took in earlier runs: of the same task, otherwise of tasks that are like it.</summary>
internal sealed class AttemptTimes
{
    private readonly Dictionary<string, TimeSpan> _byTask = new(StringComparer.Ordinal);
    private readonly Dictionary<long, TimeSpan> _byPattern = [];

    /// <summary>Adds the times of a run; newer runs come first and count.</summary>
    public void AddRun(IEnumerable<(string Task, long? Pattern, TimeSpan Time)> times)
    {
        var all = times.ToList();
        AddMeans(_byTask, all.Select(static row => (row.Task, row.Time)));
        AddMeans(_byPattern, all.Where(static row => row.Pattern is not null).Select(static row => (row.Pattern!.Value, row.Time)));
    }

    /// <summary>Finds the mean time of a task. Returns null if neither the task nor one that is like it was executed.</summary>
    /// <param name="task">The task.</param>
    /// <param name="isOfOthers">Whether the time is that of other tasks.</param>
    public TimeSpan? FindTime(TaskNode task, out bool isOfOthers)
    {
        isOfOthers = false;
        if (_byTask.TryGetValue(task.Id.Value, out var own))
        {
            return own;
        }

        isOfOthers = true;
        return task.Pattern is { } pattern && _byPattern.TryGetValue(pattern, out var alike) ? alike : null;
    }

    private static void AddMeans<T>(Dictionary<T, TimeSpan> means, IEnumerable<(T Key, TimeSpan Time)> times)
        where T : notnull
    {
        foreach (var group in times.GroupBy(static row => row.Key, static row => row.Time))
        {
            means.TryAdd(group.Key, TimeSpan.FromSeconds(group.Average(static time => time.TotalSeconds)));
        }
    }
}
