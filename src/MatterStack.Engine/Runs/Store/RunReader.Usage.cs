using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>What attempts asked for and used.</content>
internal sealed partial class RunReader
{
    private static readonly string[] ShapeNames = ["nodes", "ranks", "cores", "memory_gb", "time_limit_minutes"];

    /// <summary>Reads what all attempts asked for and used, and tasks without attempts, in one query. The attempts of a task follow each
    /// other, the last one first.</summary>
    public IEnumerable<UsageRow> ReadUsage()
    {
        var sql = $"""
            SELECT t.task_id, coalesce(a.operator_key, t.operator_key), t.pattern, a.state, a.end_cause, a.cached_from IS NOT NULL, a.given, a.definition,
                {string.Join(
                ", ",
                ShapeNames.Select(static name => $"json_extract(t.definition, '$.{name}')")
            )}, {AttemptColumns.FormatUsage("a")}
            FROM tasks t LEFT JOIN attempts a ON a.task_id = t.task_id ORDER BY t.seq, a.attempt_index DESC
            """;
        // A definition that stands with an attempt is that of this attempt and of those before it.
        var (task, former) = (default(TaskId), (CampaignTask?)null);
        foreach (var (row, definition, given) in QueryRows(sql, ReadUsageRow))
        {
            former = row.Task == task ? former : null;
            task = row.Task;
            former = definition is null ? former : TaskJson.Read(task, row.Key, definition).Task;
            var asked = former is null
                ? row
                : row with
                {
                    Nodes = former.Nodes,
                    Ranks = former.Ranks,
                    Cores = former.Cores,
                    MemoryGb = former.MemoryGb,
                    TimeLimit = former.TimeLimit,
                };
            yield return given is null
                ? asked
                : asked with
                {
                    MemoryGb = given.MemoryGb ?? asked.MemoryGb,
                    TimeLimit = given.TimeLimit ?? asked.TimeLimit,
                };
        }
    }

    /// <summary>Number of attempts whose usage the accounting of their cluster supplies later.</summary>
    public long CountPendingUsage() =>
        QueryRows("SELECT count(*) FROM attempts WHERE usage_source = 'pending'", static row => row.GetInt64(0)).First();

    private static (UsageRow Row, string? Definition, GivenResources? Given) ReadUsageRow(SqliteDataReader row) =>
        (
            new UsageRow
            {
                Task = TaskId.FromTrusted(row.GetString(0)),
                Key = OperatorKey.FromTrusted(row.GetString(1)),
                Pattern = row.IsDBNull(2) ? null : row.GetInt64(2),
                State = row.IsDBNull(3) ? null : StateText.ParseAttemptStatus(row.GetString(3)),
                CauseText = StoreText.Find(row, 4),
                IsCached = row.GetInt64(5) != 0,
                Nodes = row.IsDBNull(8) ? 1 : row.GetInt32(8),
                Ranks = row.IsDBNull(9) ? 1 : row.GetInt32(9),
                Cores = row.IsDBNull(10) ? 1 : row.GetInt32(10),
                MemoryGb = row.IsDBNull(11) ? null : row.GetDouble(11),
                TimeLimit =
                    !row.IsDBNull(12) && row.GetDouble(12) is var minutes and >= 0 and <= CampaignTask.MaxTimeLimitMinutes
                        ? TimeSpan.FromMinutes(minutes)
                        : null,
                Usage = AttemptColumns.FindUsage(row, 13),
            },
            StoreText.Find(row, 7),
            GivenResources.Parse(StoreText.Find(row, 6))
        );
}
