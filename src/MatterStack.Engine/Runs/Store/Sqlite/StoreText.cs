using MatterStack.Engine.Identity;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store.Sqlite;

/// <summary>Reads text columns of a store that may come from elsewhere.</summary>
internal static class StoreText
{
    private const int MaxLength = 1 << 16;

    /// <summary>A column as SQL, of which at most a certain length is read.</summary>
    /// <remarks>Text of people and programs is limited when it is recorded, but a foreign store may contain longer text.</remarks>
    public static string Limit(string column) => $"substr({column}, 1, {MaxLength})";

    /// <summary>Text of a column. Returns null if it has none.</summary>
    public static string? Find(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>Id of a task in a column. Returns null if there is none.</summary>
    public static TaskId? FindTask(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? (TaskId?)null : TaskId.FromTrusted(row.GetString(column));

    /// <summary>Id of an attempt in a column. Returns null if there is none.</summary>
    public static AttemptId? FindAttempt(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : AttemptId.FromTrusted(row.GetString(column));

    /// <summary>Time in a column.</summary>
    /// <exception cref="FormatException">The text is no time.</exception>
    public static DateTimeOffset GetTime(SqliteDataReader row, int column) => Timestamps.Parse(row.GetString(column));

    /// <summary>Time in a column. Returns null if there is none.</summary>
    /// <exception cref="FormatException">The text is no time.</exception>
    public static DateTimeOffset? FindTime(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : GetTime(row, column);

    /// <summary>Hash in a column. Callers shorten hashes and use them in file names, so the text must be a valid hash.</summary>
    /// <exception cref="FormatException">The text is no hash.</exception>
    public static Sha256 GetHash(SqliteDataReader row, int column) => Sha256.Parse(row.GetString(column));
}
