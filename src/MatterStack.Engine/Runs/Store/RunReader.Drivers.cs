using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Drivers of the run.</content>
internal sealed partial class RunReader
{
    /// <summary>Reads the driver of the run, who installed it, and when. Returns null if the run has none.</summary>
    public (RunDriver Driver, string Actor, DateTimeOffset InstalledAt)? FindDriver() =>
        QueryRows(
                """
                SELECT kind, machine, every_seconds, details, actor, installed_at_utc FROM drivers
                WHERE removed_at_utc IS NULL ORDER BY seq DESC LIMIT 1
                """,
                static row =>
                    (
                        new RunDriver(row.GetString(0), row.GetString(1), row.GetInt64(2), StoreText.Find(row, 3)),
                        row.GetString(4),
                        StoreText.GetTime(row, 5)
                    )
            )
            .Cast<(RunDriver, string, DateTimeOffset)?>()
            .FirstOrDefault();

    /// <summary>Operator keys of all tasks that have not ended.</summary>
    public IReadOnlySet<OperatorKey> ReadOpenOperatorKeys() =>
        ReadOperatorKeys(
            $"state NOT IN ({StateSql.ToLiterals(TaskState.Completed, TaskState.Failed, TaskState.Cancelled, TaskState.Skipped)})"
        );

    /// <summary>Operator keys of all tasks that are ready, so that their next attempt waits for its start.</summary>
    public IReadOnlySet<OperatorKey> ReadReadyOperatorKeys() => ReadOperatorKeys($"state = {StateSql.ToLiterals(TaskState.Ready)}");

    private HashSet<OperatorKey> ReadOperatorKeys(string where) =>
        [.. QueryRows($"SELECT DISTINCT operator_key FROM tasks WHERE {where}", static row => OperatorKey.FromTrusted(row.GetString(0)))];

    /// <summary>Time of the last event. Returns null if there is none.</summary>
    public DateTimeOffset? FindLastEventTime() =>
        QueryRows("SELECT at_utc FROM events ORDER BY seq DESC LIMIT 1", static row => StoreText.GetTime(row, 0))
            .Cast<DateTimeOffset?>()
            .FirstOrDefault();
}
