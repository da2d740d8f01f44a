using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The table <c>ends</c>: requested ends, and whether the outside could be told.</summary>
internal static class EndTable
{
    /// <summary>Subject of the run's own end, in place of an attempt's id.</summary>
    public const string RunSubject = "run";

    /// <summary>Records a requested end, or its new state.</summary>
    public static void RecordEnd(SqliteConnection connection, Change.EndRequested asked, SqliteTransaction transaction)
    {
        var request = asked.Request;
        using var put = new SqlStatement(
            connection,
            "INSERT OR REPLACE INTO ends (subject, asked_at_utc, asked_by, kind, reason, told_at_utc, trouble) VALUES ($1, $2, $3, $4, "
                + "$5, $6, $7)",
            7
        );
        put.ExecuteNonQuery(
            transaction,
            asked.Attempt?.Id.Value ?? RunSubject,
            request.RequestedAt.ToText(),
            request.RequestedBy,
            request.Kind.ToText(),
            request.Reason,
            request.SentAt?.ToText(),
            request.PendingReason
        );
    }

    /// <summary>Records that a requested end has happened.</summary>
    public static void RecordEndReached(SqliteConnection connection, AttemptId? attempt, DateTimeOffset at, SqliteTransaction transaction)
    {
        using var close = new SqlStatement(connection, "UPDATE ends SET over_at_utc = $2 WHERE subject = $1 AND over_at_utc IS NULL", 2);
        close.ExecuteNonQuery(transaction, attempt?.Value ?? RunSubject, at.ToText());
    }

    /// <summary>Removes a requested end: the attempt goes on.</summary>
    public static void RemoveEnd(SqliteConnection connection, AttemptId attempt, SqliteTransaction transaction)
    {
        using var remove = new SqlStatement(connection, "DELETE FROM ends WHERE subject = $1 AND over_at_utc IS NULL", 1);
        remove.ExecuteNonQuery(transaction, attempt.Value);
    }

    /// <summary>Reads the open requested ends. The subject is the id of an attempt, or <see cref="RunSubject"/>.</summary>
    public static IReadOnlyList<(string Subject, EndRequest Request)> ReadOpenEnds(SqliteConnection connection)
    {
        var ends = new List<(string Subject, EndRequest Request)>();
        using var open = new SqlStatement(
            connection,
            "SELECT subject, asked_at_utc, asked_by, kind, reason, told_at_utc, trouble FROM ends WHERE over_at_utc IS NULL",
            0
        );
        using var reader = open.ExecuteReader();
        while (reader.Read())
        {
            ends.Add(
                (
                    reader.GetString(0),
                    new EndRequest(
                        Timestamps.Parse(reader.GetString(1)),
                        reader.GetString(2),
                        reader.GetString(4),
                        EndRequestKindText.ParseEndRequestKind(reader.GetString(3))
                    )
                    {
                        SentAt = reader.IsDBNull(5) ? null : Timestamps.Parse(reader.GetString(5)),
                        PendingReason = reader.IsDBNull(6) ? null : reader.GetString(6),
                    }
                )
            );
        }

        return ends;
    }
}
