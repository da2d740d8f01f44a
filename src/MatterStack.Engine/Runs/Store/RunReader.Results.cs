using System.Text.Json;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Results of all tasks.</content>
internal sealed partial class RunReader
{
    // A task that runs again has the results of its former attempt no more.
    private static readonly string ResultsOfEnded =
        "CASE WHEN a.ended_at_utc IS NOT NULL AND t.state IN ("
        + $"{StateSql.ToLiterals(TaskState.Completed, TaskState.Failed, TaskState.Cancelled)}) THEN a.results END";

    /// <summary>All tasks with their results, in the order of declaration. Rows are read one after the other.</summary>
    public IEnumerable<TaskResultRow> ReadTaskResults()
    {
        // Tasks often share their columns only in part, so no text of them is kept.
        return QueryRows(
            "SELECT t.task_id, t.state, t.iteration, coalesce(a.operator_key, t.operator_key), a.wiring_sha256, a.cached_from, "
                + $"{ResultsOfEnded}, json_extract(t.definition, '$.columns') "
                + "FROM tasks t LEFT JOIN attempts a ON a.attempt_id = t.current_attempt_id ORDER BY t.seq",
            static row => new TaskResultRow
            {
                TaskId = TaskId.FromTrusted(row.GetString(0)),
                State = StateText.ParseTaskState(row.GetString(1)),
                Iteration = row.GetInt64(2),
                OperatorKey = OperatorKey.FromTrusted(row.GetString(3)),
                WiringSha256 = row.IsDBNull(4) ? null : StoreText.GetHash(row, 4),
                CachedFrom = StoreText.Find(row, 5),
                Results = StoreText.Find(row, 6),
                Columns = ReadColumns(row, 7),
            }
        );
    }

    /// <summary>All tasks with what can be compared with another run, sorted by id. Rows are read one after the other.</summary>
    public IEnumerable<ComparedTask> ReadComparedTasks() =>
        QueryRows(
            "SELECT t.task_id, t.state, coalesce(a.operator_key, t.operator_key), a.operator_sha256, "
                + $"{ResultsOfEnded}, coalesce(a.definition, t.definition), f.parts, "
                + "CASE WHEN a.ended_at_utc IS NOT NULL THEN (SELECT json_group_object(path, sha256) FROM (SELECT o.path, o.sha256 "
                + "FROM outputs o WHERE o.attempt_id = a.attempt_id AND o.path <> 'results.json' ORDER BY o.path)) END "
                + "FROM tasks t LEFT JOIN attempts a ON a.attempt_id = t.current_attempt_id "
                + "LEFT JOIN fingerprints f ON f.attempt_id = a.attempt_id ORDER BY t.task_id",
            static row => new ComparedTask
            {
                TaskId = TaskId.FromTrusted(row.GetString(0)),
                State = StateText.ParseTaskState(row.GetString(1)),
                OperatorKey = OperatorKey.FromTrusted(row.GetString(2)),
                OperatorSha256 = StoreText.Find(row, 3),
                Results = StoreText.Find(row, 4),
                Definition = row.GetString(5),
                FingerprintParts = StoreText.Find(row, 6),
                Outputs = StoreText.Find(row, 7) ?? "{}",
            }
        );

    private static IReadOnlyList<KeyValuePair<string, string>> ReadColumns(SqliteDataReader row, int column)
    {
        if (StoreText.Find(row, column) is not { } stored)
        {
            return [];
        }

        using var json = JsonDocument.Parse(stored);
        return
        [
            .. json
                .RootElement.EnumerateArray()
                .Select(static entry =>
                    entry.GetString()?.Split('=', 2) is [var name, var value]
                        ? new KeyValuePair<string, string>(name, value)
                        : throw new FormatException("a column has no '='")
                ),
        ];
    }
}
