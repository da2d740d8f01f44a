using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Writes and reads what attempts used, which is in columns of <c>attempts</c>.</summary>
internal static class UsageTable
{
    /// <summary>Number of the columns.</summary>
    public const int ColumnCount = 7;

    /// <summary>Sets the columns in an <c>UPDATE</c>.</summary>
    /// <param name="first">Number of the first of the parameters.</param>
    public static string FormatColumns(int first) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"started_at_utc = ${first}, queue_seconds = ${first + 1}, wall_seconds = ${first + 2}, cpu_seconds = ${first + 3}, "
                + $"peak_memory_bytes = ${first + 4}, usage_source = ${first + 5}, usage_note = ${first + 6}"
        );

    /// <summary>Returns what an attempt used that has ended. Where its operator did not say, nothing is known.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="end">Its end; null if its operator could not start it.</param>
    public static AttemptUsage GetUsage(LiveAttempt attempt, AttemptEnd? end) =>
        end?.Usage
        ?? new AttemptUsage
        {
            Note =
                end?.CachedResult is not null ? UsageNotes.FromCache
                : end is null || attempt.SubmittedAt is null ? UsageNotes.NotStarted
                : UsageNotes.NotMeasured,
        };

    /// <summary>Records what the accounting said after the end. An attempt that waits for no answer keeps its figures.</summary>
    public static void RecordUsage(SqliteConnection connection, Change.UsageRecorded change, SqliteTransaction transaction)
    {
        using var update = new SqlStatement(
            connection,
            $"UPDATE attempts SET node = coalesce($2, node), {FormatColumns(first: 3)} WHERE attempt_id = $1 AND usage_source = "
                + $"'{UsageSource.Pending.ToText()}'",
            2 + ColumnCount
        );
        var usage = change.Usage;
        update.ExecuteNonQuery(
            transaction,
            change.Attempt.Value,
            change.Node,
            usage.StartedAt?.ToText(),
            ToSeconds(usage.QueueTime),
            ToSeconds(usage.WallTime),
            ToSeconds(usage.CpuTime),
            ToCount(usage.PeakMemoryBytes),
            usage.Source.ToText(),
            usage.Note
        );
    }

    /// <summary>Seconds of a duration as the store has them; null if it is not known. A negative duration is not known.</summary>
    public static object? ToSeconds(TimeSpan? time) => time is { Ticks: >= 0 } known ? Math.Round(known.TotalSeconds, 6) : null;

    /// <summary>A size as the store has it; null if it is not known. No process needs no memory.</summary>
    public static object? ToCount(long? bytes) => bytes is > 0 ? bytes : null;

    /// <summary>Reads the attempts whose accounting has not answered yet.</summary>
    public static IReadOnlyList<PendingUsage> ReadPending(SqliteConnection connection)
    {
        using var statement = new SqlStatement(
            connection,
            $"SELECT {AttemptColumns.Format(withResults: false)} FROM attempts WHERE usage_source = 'pending' ORDER BY seq",
            0
        );
        using var reader = statement.ExecuteReader();
        var pending = new List<PendingUsage>();
        while (reader.Read())
        {
            var row = AttemptColumns.Read(reader);
            pending.Add(
                new PendingUsage(
                    row.AttemptId,
                    row.OperatorKey,
                    row.WiringSha256,
                    row.ExternalId,
                    row.EndedAt ?? row.CreatedAt,
                    row.Usage ?? new AttemptUsage { Source = UsageSource.Pending }
                )
            );
        }

        return pending;
    }
}
