using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Rows of <c>published</c>: each target of the run's tasks, and what was copied there.</summary>
/// <remarks>A target without <c>at_utc</c> is still to be published; an index makes it cheap to ask whether there is one.</remarks>
internal static class PublishedTable
{
    /// <summary>SQL that adds a target: path, task, output.</summary>
    public const string InsertSql = "INSERT INTO published (path, task_id, output) VALUES ($1, $2, $3)";

    /// <summary>SQL for the end of a completed run: what an attempt has published that is not the current one is published
    /// again.</summary>
    public const string ReopenSql =
        "UPDATE published SET at_utc = NULL WHERE at_utc IS NOT NULL AND attempt_id IS NOT "
        + "(SELECT current_attempt_id FROM tasks WHERE tasks.task_id = published.task_id)";

    /// <summary>SQL that asks for a target that is still to be published.</summary>
    public const string AnyPendingSql = "SELECT 1 FROM published WHERE at_utc IS NULL LIMIT 1";

    private const string SelectSql =
        "SELECT p.path, p.task_id, p.output, t.state, a.attempt_id, a.relative_path, o.sha256, o.size, "
        + "p.attempt_id, p.sha256, p.size, p.at_utc FROM published p JOIN tasks t ON t.task_id = p.task_id "
        + "LEFT JOIN attempts a ON a.attempt_id = t.current_attempt_id "
        + "LEFT JOIN outputs o ON o.attempt_id = a.attempt_id AND o.path = p.output";

    /// <summary>SQL that selects all rows, or those that are still to be published, in the order of their paths.</summary>
    public static string BuildSelect(bool pendingOnly) => SelectSql + (pendingOnly ? " WHERE p.at_utc IS NULL" : "") + " ORDER BY p.path";

    /// <summary>Reads the current row of such a query.</summary>
    /// <exception cref="FormatException">A hash or a time is invalid.</exception>
    public static PublishedRow Read(SqliteDataReader row) =>
        new(row.GetString(0), TaskId.FromTrusted(row.GetString(1)), row.GetString(2), StateText.ParseTaskState(row.GetString(3)))
        {
            Attempt = StoreText.FindAttempt(row, 4),
            Folder = StoreText.Find(row, 5),
            Content = row.IsDBNull(6) ? null : StoreText.GetHash(row, 6),
            Size = row.IsDBNull(7) ? null : row.GetInt64(7),
            PublishedAttempt = StoreText.FindAttempt(row, 8),
            PublishedContent = row.IsDBNull(9) ? null : StoreText.GetHash(row, 9),
            PublishedSize = row.IsDBNull(10) ? null : row.GetInt64(10),
            At = StoreText.FindTime(row, 11),
        };

    /// <summary>Adds the targets of tasks that are planned.</summary>
    public static void AddTargets(SqliteConnection connection, SqliteTransaction transaction, IEnumerable<CampaignTask> tasks)
    {
        using var insert = new SqlStatement(connection, InsertSql, 3);
        foreach (var task in tasks)
        {
            foreach (var request in task.Publish)
            {
                // A task without such an output was refused when it was declared.
                insert.ExecuteNonQuery(transaction, request.Target, task.Id.Value, PublishCheck.FindOutput(task, request) ?? "");
            }
        }
    }
}
