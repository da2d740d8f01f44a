using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The table <c>hooks</c>: an outbox. An event is written in the same transaction as the change that it reports, and stays until
/// it is delivered.</summary>
internal static class HookTable
{
    public static void AddEvent(SqliteConnection connection, Change.HookDue due, SqliteTransaction transaction)
    {
        if (due.OnceFor.Count > 0 && due.OnceFor.Select(a => a.Value).All(ReadReportedAttempts(connection, due.Hook, transaction).Contains))
        {
            return;
        }

        using var insert = new SqlStatement(
            connection,
            "INSERT INTO hooks (at_utc, hook, operator_key, attempt_id, once, event) VALUES ($1, $2, $3, $4, $5, $6)",
            6
        );
        insert.ExecuteNonQuery(
            transaction,
            due.At.ToText(),
            due.Hook,
            due.Key?.Value,
            due.Attempt?.Value,
            due.OnceFor.Count == 0 ? null : string.Join(' ', due.OnceFor),
            due.Event
        );
    }

    // Attempts for which this hook was queued before, by this process or another.
    private static HashSet<string> ReadReportedAttempts(SqliteConnection connection, string hook, SqliteTransaction transaction)
    {
        using var known = new SqlStatement(connection, "SELECT once FROM hooks WHERE hook = $1 AND once IS NOT NULL", 1);
        using var reader = known.ExecuteReader(transaction, hook);
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            told.UnionWith(reader.GetString(0).Split(' '));
        }

        return told;
    }

    /// <summary>Events that have not been delivered, oldest first.</summary>
    public static List<PendingHook> ReadPendingHooks(SqliteConnection connection, long after)
    {
        using var select = new SqlStatement(
            connection,
            "SELECT seq, at_utc, hook, operator_key, attempt_id, event, tries FROM hooks WHERE done_at_utc IS NULL AND seq > $1 "
                + "ORDER BY seq",
            1
        );
        using var reader = select.ExecuteReader(after);
        var open = new List<PendingHook>();
        while (reader.Read())
        {
            open.Add(
                new PendingHook(
                    reader.GetInt64(0),
                    Timestamps.Parse(reader.GetString(1)),
                    reader.GetString(2),
                    reader.IsDBNull(3) ? default(OperatorKey?) : OperatorKey.FromTrusted(reader.GetString(3)),
                    reader.IsDBNull(4) ? default(AttemptId?) : AttemptId.FromTrusted(reader.GetString(4)),
                    reader.GetString(5),
                    reader.GetInt32(6)
                )
            );
        }

        return open;
    }

    public static void RecordOutcome(SqliteConnection connection, Change.HookDeliveryTried tried, SqliteTransaction transaction)
    {
        using var update = new SqlStatement(
            connection,
            "UPDATE hooks SET tries = tries + 1, outcome = $2, done_at_utc = $3 WHERE seq = $1",
            3
        );
        update.ExecuteNonQuery(transaction, tried.HookId, tried.FailureReason ?? "delivered", tried.IsFinal ? tried.At.ToText() : null);
    }
}
