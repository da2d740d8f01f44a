using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs;

/// <summary>The table <c>ends</c>: requested ends, and whether the outside could be told.</summary>
internal static class EndBox
{
    /// <summary>Subject of the run's own end, in place of an attempt's id.</summary>
    public const string OfRun = "run";

    private const string OfCancel = "CANCEL";
    private const string OfTimeLimit = "TIME_LIMIT";

    /// <summary>Records a requested end, or its new state.</summary>
    public static void Put(SqliteConnection connection, Change.EndRequested asked, SqliteTransaction transaction)
    {
        var request = asked.Request;
        using var put = new Statement(connection, "INSERT OR REPLACE INTO ends (subject, asked_at_utc, asked_by, kind, reason, told_at_utc, trouble) VALUES ($1, $2, $3, $4, $5, $6, $7)", 7);
        put.Run(transaction, asked.Attempt?.Id.Value ?? OfRun, request.RequestedAt.ToText(), request.RequestedBy, request.Kind == EndRequestKind.Cancel ? OfCancel : OfTimeLimit, request.Reason, request.SentAt?.ToText(), request.PendingReason);
    }

    /// <summary>Records that a requested end has happened.</summary>
    public static void Close(SqliteConnection connection, AttemptId? attempt, DateTimeOffset at, SqliteTransaction transaction)
    {
        using var close = new Statement(connection, "UPDATE ends SET over_at_utc = $2 WHERE subject = $1 AND over_at_utc IS NULL", 2);
        close.Run(transaction, attempt?.Value ?? OfRun, at.ToText());
    }

    /// <summary>Loads the open requested ends into a model.</summary>
    public static void Load(SqliteConnection connection, RunModel model)
    {
        using var open = new Statement(connection, "SELECT subject, asked_at_utc, asked_by, kind, reason, told_at_utc, trouble FROM ends WHERE over_at_utc IS NULL", 0);
        using var reader = open.Query();
        while (reader.Read())
        {
            var request = new EndRequest(Timestamps.Parse(reader.GetString(1)), reader.GetString(2), reader.GetString(4), Kind(reader.GetString(3)))
            {
                SentAt = reader.IsDBNull(5) ? null : Timestamps.Parse(reader.GetString(5)), PendingReason = reader.IsDBNull(6) ? null : reader.GetString(6),
            };
            if (reader.GetString(0) is var subject && subject == OfRun)
            {
                model.CancelRequest = model.State.IsEnd() ? null : request;
            }
            else if (model.FindLive(AttemptId.FromTrusted(subject)) is { } attempt)
            {
                attempt.EndRequest = request;
            }
        }
    }

    private static EndRequestKind Kind(string text) => text switch
    {
        OfCancel => EndRequestKind.Cancel,
        OfTimeLimit => EndRequestKind.TimeLimit,
        _ => throw new FormatException($"'{text}' is not a kind of request to end"),
    };
}
