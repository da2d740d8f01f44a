using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Sums over a run, each by one query.</content>
internal sealed partial class RunReader
{
    /// <summary>Adds up what the attempts used.</summary>
    public UsageTotals ReadUsageTotals() =>
        QueryRows(
                "SELECT count(*), count(a.cpu_seconds), total(a.cpu_seconds), count(a.wall_seconds), total(a.wall_seconds * t.cores), "
                    + "count(a.queue_seconds), total(a.queue_seconds), coalesce(max(a.queue_seconds), 0) "
                    + "FROM attempts a JOIN tasks t ON t.task_id = a.task_id WHERE a.ended_at_utc IS NOT NULL AND a.cached_from IS NULL",
                static row => new UsageTotals(
                    row.GetInt64(0),
                    row.GetInt64(1),
                    GetSeconds(row.GetDouble(2)),
                    row.GetInt64(3),
                    GetSeconds(row.GetDouble(4)),
                    row.GetInt64(5),
                    GetSeconds(row.GetDouble(6)),
                    GetSeconds(row.GetDouble(7))
                )
            )
            .First();

    /// <summary>Causes of the last attempts of failed tasks with the number of tasks, the most frequent first; the text is null where the
    /// cause is not known.</summary>
    public IReadOnlyList<(string? Cause, long Tasks)> CountFailureCauses() =>
        [
            .. QueryRows(
                $"SELECT {StoreText.Limit("a.end_cause")} AS cause, count(*) AS tasks FROM tasks t "
                    + "LEFT JOIN attempts a ON a.attempt_id = t.current_attempt_id "
                    + $"WHERE t.state = {StateSql.ToLiterals(TaskState.Failed)} GROUP BY cause ORDER BY tasks DESC, cause",
                static row => (StoreText.Find(row, 0), row.GetInt64(1))
            ),
        ];

    /// <summary>Number of files that the run has published, and the first of them, relative to the project's folder.</summary>
    /// <param name="max">Maximum number of paths.</param>
    public (long Count, IReadOnlyList<string> Paths) ReadPublishedPaths(int max) =>
        (
            QueryRows("SELECT count(*) FROM published WHERE at_utc IS NOT NULL", static row => row.GetInt64(0)).First(),
            [
                .. QueryRows(
                    $"SELECT {StoreText.Limit("path")} FROM published WHERE at_utc IS NOT NULL ORDER BY path LIMIT $1",
                    static row => row.GetString(0),
                    max
                ),
            ]
        );

    // Other programs may have written the store.
    private static double GetSeconds(double seconds) =>
        double.IsFinite(seconds) && seconds >= 0 ? seconds : throw new FormatException($"{seconds} is not a time in seconds");
}
