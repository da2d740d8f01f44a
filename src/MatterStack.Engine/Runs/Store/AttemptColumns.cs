using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>The columns of <c>attempts</c> that form an <see cref="AttemptRow"/>. All queries for attempts list and read them
/// here.</summary>
internal static class AttemptColumns
{
    private static readonly string[] Names =
    [
        "attempt_id",
        "task_id",
        "attempt_index",
        "state",
        "reason",
        "operator_key",
        "wiring_sha256",
        "operator_sha256",
        "external_id",
        "exit_code",
        "created_at_utc",
        "submitted_at_utc",
        "ended_at_utc",
        "relative_path",
        "cached_from",
        "results",
        "end_cause",
        "given",
        "not_carried",
        "node",
        "definition",
        "started_at_utc",
        "queue_seconds",
        "wall_seconds",
        "cpu_seconds",
        "peak_memory_bytes",
        "usage_source",
        "usage_note",
    ];

    // The columns of a LiveAttempt. A live attempt has neither end nor results, and the planner's model is loaded for each command.
    private static readonly string[] LiveNames =
    [
        "attempt_id",
        "task_id",
        "attempt_index",
        "state",
        "external_id",
        "wiring_sha256",
        "operator_sha256",
        "created_at_utc",
        "submitted_at_utc",
        "waiting_for",
        "given",
        "carried_sha256",
        "definition",
        "operator_key",
    ];

    /// <summary>The columns of a live attempt, in the order of <see cref="LiveAttemptReader"/>, for the start of a
    /// <c>SELECT</c>.</summary>
    public static string LiveAttempt { get; } = string.Join(", ", LiveNames);

    /// <summary>Number of columns; further columns of a query follow them.</summary>
    public static int Count => Names.Length;

    /// <summary>The columns, in the order of <see cref="Read"/>, for the start of a <c>SELECT</c>.</summary>
    /// <param name="table">Name or alias of the table.</param>
    /// <param name="withResults">Whether <c>results</c>, which may be large, is read.</param>
    public static string Format(string table = "attempts", bool withResults = true) =>
        string.Join(
            ", ",
            Names.Select(name =>
                name switch
                {
                    "reason" or "usage_note" => StoreText.Limit($"{table}.{name}"),
                    "results" when !withResults => "NULL",
                    _ => $"{table}.{name}",
                }
            )
        );

    /// <summary>The columns that <see cref="FindUsage"/> reads.</summary>
    /// <param name="table">Name or alias of the table.</param>
    public static string FormatUsage(string table) =>
        $"{table}.started_at_utc, {table}.queue_seconds, {table}.wall_seconds, {table}.cpu_seconds, {table}.peak_memory_bytes, "
        + $"{table}.usage_source, {StoreText.Limit($"{table}.usage_note")}";

    /// <summary>Reads the columns from the current row.</summary>
    /// <exception cref="FormatException">A hash, a time or the folder is invalid.</exception>
    public static AttemptRow Read(SqliteDataReader row) =>
        new()
        {
            AttemptId = AttemptId.FromTrusted(row.GetString(0)),
            TaskId = TaskId.FromTrusted(row.GetString(1)),
            AttemptIndex = row.GetInt64(2),
            State = StateText.ParseAttemptStatus(row.GetString(3)),
            Reason = StoreText.Find(row, 4),
            OperatorKey = OperatorKey.FromTrusted(row.GetString(5)),
            WiringSha256 = StoreText.GetHash(row, 6),
            OperatorSha256 = StoreText.GetHash(row, 7),
            ExternalId = StoreText.Find(row, 8),
            ExitCode = row.IsDBNull(9) ? null : row.GetInt64(9),
            CreatedAt = StoreText.GetTime(row, 10),
            SubmittedAt = StoreText.FindTime(row, 11),
            EndedAt = StoreText.FindTime(row, 12),
            RelativePath = GetRelativePath(row, 13),
            CachedFrom = StoreText.Find(row, 14),
            Results = StoreText.Find(row, 15),
            CauseText = StoreText.Find(row, 16),
            Given = GivenResources.Parse(StoreText.Find(row, 17)),
            NotCarriedReason = StoreText.Find(row, 18),
            Node = StoreText.Find(row, 19),
            Definition = StoreText.Find(row, 20),
            Usage = FindUsage(row, 21),
        };

    /// <summary>Reads what an attempt used, from the columns of <see cref="FormatUsage"/>. Returns null if nothing is recorded.</summary>
    /// <param name="row">The row.</param>
    /// <param name="first">Number of the first of these columns.</param>
    /// <exception cref="FormatException">A time is invalid.</exception>
    public static AttemptUsage? FindUsage(SqliteDataReader row, int first) =>
        StoreText.Find(row, first + 5) is not { } source
            ? null
            : new AttemptUsage
            {
                StartedAt = StoreText.FindTime(row, first),
                QueueTime = FindDuration(row, first + 1),
                WallTime = FindDuration(row, first + 2),
                CpuTime = FindDuration(row, first + 3),
                PeakMemoryBytes = row.IsDBNull(first + 4) ? null : row.GetInt64(first + 4),
                Source = UsageSourceText.Find(source),
                Note = StoreText.Find(row, first + 6),
            };

    /// <summary>A time in seconds. Returns null if there is none.</summary>
    public static TimeSpan? FindDuration(SqliteDataReader row, int column) =>
        !row.IsDBNull(column) && row.GetDouble(column) is var seconds && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    // A path from the store must stay inside the run's folder.
    private static string GetRelativePath(SqliteDataReader row, int column) =>
        row.GetString(column) is var path && RelativePath.Normalise(path) == path
            ? path
            : throw new FormatException($"'{UntrustedText.ToLine(path)}' is not a folder of a run");
}
