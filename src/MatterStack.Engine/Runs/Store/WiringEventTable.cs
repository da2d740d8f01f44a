using System.Globalization;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Wiring history of a run as events in its store, where it can be queried together with attempts.</summary>
internal static class WiringEventTable
{
    public const string InsertSql = "INSERT INTO events (at_utc, kind, actor, details) VALUES ($1, $2, $3, $4)";

    /// <summary>Number of events that were copied from a history. A history may have kinds of events that only a later version
    /// knows.</summary>
    public static int CountEvents(SqliteConnection connection, IReadOnlyList<WiringEvent> history)
    {
        string[] kinds = [.. history.Select(happened => happened.Kind.Text).Distinct(StringComparer.Ordinal)];
        var places = string.Join(", ", Enumerable.Range(1, kinds.Length).Select(n => string.Create(CultureInfo.InvariantCulture, $"${n}")));
        // The first of these events is the first of the run, so with the limit a command does not read all events of a long run.
        var first = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT 1 FROM events WHERE kind IN ({places}) ORDER BY seq LIMIT {history.Count}"
        );
        using var known = new SqlStatement(connection, $"SELECT count(*) FROM ({first})", kinds.Length);
        using var reader = known.ExecuteReader([.. kinds]);
        return reader.Read() ? reader.GetInt32(0) : 0;
    }

    public static void AddEvents(SqlStatement insert, SqliteTransaction transaction, IEnumerable<WiringEvent> history)
    {
        foreach (var happened in history)
        {
            insert.ExecuteNonQuery(
                transaction,
                happened.AtUtc.ToText(),
                happened.Kind.Text,
                $"{happened.User}@{happened.Host}",
                $"{happened.Source?.ToText()} {happened.Sha256?.Hex ?? "nothing"}"
                    + $"{(happened.PriorSha256 is { } prior ? $" instead of {prior}" : "")}"
                    + $"{(happened.Reason is null ? "" : ": " + happened.Reason)}"
            );
        }
    }
}
