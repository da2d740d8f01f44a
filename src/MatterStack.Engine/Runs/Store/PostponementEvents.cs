using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Delays and refusals of attempts that are not started yet. The store has them as events only, and this class defines their
/// fields: <c>details</c> of a delay is its reason, and <c>at_utc</c> of the first refusal is the time of <c>RefusedSince</c>.</summary>
internal static class PostponementEvents
{
    /// <summary>Selects attempt and last reason of each current attempt that is delayed.</summary>
    public static string SelectLastReasons { get; } =
        $"""
            SELECT attempt_id, {StoreText.Limit("details")} FROM events WHERE seq IN (
                SELECT max(seq) FROM events WHERE kind = '{EventKinds.AttemptPostponed}' AND attempt_id IN (
                    SELECT current_attempt_id FROM tasks WHERE state = {StateSql.ToLiterals(TaskState.Ready)}) GROUP BY attempt_id)
            """;

    /// <summary>Selects attempt and text of all events of a kind.</summary>
    public static string SelectDetails { get; } =
        $"SELECT attempt_id, {StoreText.Limit("details")} FROM events WHERE kind = $1 AND attempt_id IS NOT NULL ORDER BY seq";

    /// <summary>Reads a row of <see cref="SelectLastReasons"/> or <see cref="SelectDetails"/>.</summary>
    public static KeyValuePair<AttemptId, string> ReadReason(SqliteDataReader row) =>
        KeyValuePair.Create(AttemptId.FromTrusted(row.GetString(0)), StoreText.Find(row, 1) ?? "");

    /// <summary>Sets the reported delay and refusal of live attempts, so that they are not reported again.</summary>
    public static void LoadInto(IReadOnlyList<LiveAttempt> live, SqliteConnection connection)
    {
        if (!live.Any(attempt => attempt.State is AttemptState.Created or AttemptState.Submitted))
        {
            return;
        }

        var waiting = live.ToDictionary(attempt => attempt.Id.Value, StringComparer.Ordinal);
        using var events = new Utf8RowReader(
            connection,
            $"""
            SELECT attempt_id, kind = '{EventKinds.AttemptRefused}', at_utc, details
            FROM events WHERE kind IN ('{EventKinds.AttemptPostponed}', '{EventKinds.AttemptRefused}') ORDER BY seq
            """
        );
        while (events.Read())
        {
            if (!waiting.TryGetValue(events.GetText(0), out var attempt))
            {
                continue;
            }

            if (events.GetInt32(1) == 1)
            {
                attempt.RefusedSince ??= Timestamps.Parse(events.GetText(2));
            }
            else
            {
                attempt.PostponedReason = events.GetText(3);
            }
        }
    }
}
