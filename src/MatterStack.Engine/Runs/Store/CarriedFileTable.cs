using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Reads and writes the tables <c>left_files</c> (files that an ended attempt leaves for the next one) and <c>carried_files</c>
/// (files that an attempt begins with).</summary>
/// <param name="connection">The store.</param>
internal sealed class CarriedFileTable(SqliteConnection connection) : IDisposable
{
    private const int MaxListedFiles = 5;
    private const string Columns = "path, source, sha256, size, origin_attempt_id, place";

    // Most runs carry nothing.
    private readonly Dictionary<string, SqlStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>Records that an intended attempt begins with the files that an earlier attempt of its task leaves.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="previous">Attempt before it, if its row was added in the same transaction; null: the task's row names it.</param>
    /// <param name="transaction">Receives the rows.</param>
    /// <returns>The files, as text for people; null if there are none.</returns>
    public string? AddCarried(LiveAttempt attempt, string? previous, SqliteTransaction transaction)
    {
        if (attempt.CarriedHash is not { } hash)
        {
            return null;
        }

        Execute(
            $"INSERT INTO carried_files (attempt_id, {Columns}) SELECT $1, {Columns} FROM left_files "
                + "WHERE attempt_id = coalesce($2, (SELECT current_attempt_id FROM tasks WHERE seq = $3))",
            transaction,
            attempt.Id.Value,
            previous,
            (long)attempt.Task.Position
        );
        Execute("UPDATE attempts SET carried_sha256 = $2 WHERE attempt_id = $1", transaction, attempt.Id.Value, hash.Hex);
        return DescribeFiles(ReadFiles("carried_files", attempt.Id, transaction));
    }

    /// <summary>Records what an ended attempt leaves for the next one. An attempt that has written none of the files leaves those that it
    /// began with.</summary>
    public void RecordEnd(LiveAttempt attempt, AttemptState.Ended ended, AttemptEnd? end, SqliteTransaction transaction)
    {
        if (end?.CachedResult is not null && attempt.CarriedHash is not null)
        {
            // It was not executed, so it used none of them.
            Execute("DELETE FROM carried_files WHERE attempt_id = $1", transaction, attempt.Id.Value);
            Execute("UPDATE attempts SET carried_sha256 = NULL WHERE attempt_id = $1", transaction, attempt.Id.Value);
        }

        if (ended.Outcome == AttemptOutcome.Completed)
        {
            return;
        }

        foreach (var file in end?.LeftFiles ?? [])
        {
            Execute(
                $"INSERT OR REPLACE INTO left_files (attempt_id, {Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                transaction,
                attempt.Id.Value,
                file.Path,
                file.Source,
                file.Hash.Hex,
                file.Size,
                file.Origin.Value,
                file.Place
            );
        }

        if (attempt.CarriedHash is not null && end is null or { LeftFiles.Count: 0, NotCarriedReason: null })
        {
            Execute(
                $"INSERT OR REPLACE INTO left_files (attempt_id, {Columns}) SELECT attempt_id, {Columns} FROM carried_files "
                    + "WHERE attempt_id = $1",
                transaction,
                attempt.Id.Value
            );
        }
    }

    /// <summary>Files that an attempt begins with, sorted by path.</summary>
    public IReadOnlyList<LeftFile> ReadCarried(AttemptId attempt) =>
        [.. ReadFiles("carried_files", attempt, null).Select(static one => one.File)];

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }
    }

    private List<(LeftFile File, int OriginIndex)> ReadFiles(string table, AttemptId attempt, SqliteTransaction? transaction)
    {
        var files = new List<(LeftFile, int)>();
        using var reader = GetStatement(
                $"SELECT f.path, f.source, f.sha256, f.size, f.origin_attempt_id, f.place, a.relative_path, a.attempt_index FROM {table} f "
                    + "JOIN attempts a ON a.attempt_id = f.origin_attempt_id WHERE f.attempt_id = $1 ORDER BY f.path",
                1
            )
            .ExecuteReader(transaction, attempt.Value);
        while (reader.Read())
        {
            files.Add(
                (
                    new LeftFile(
                        reader.GetString(0),
                        reader.GetString(1),
                        StoreText.GetHash(reader, 2),
                        reader.GetInt64(3),
                        AttemptId.FromTrusted(reader.GetString(4)),
                        reader.GetString(5)
                    )
                    {
                        OriginFolder = reader.GetString(6),
                    },
                    reader.GetInt32(7)
                )
            );
        }

        return files;
    }

    private static string? DescribeFiles(List<(LeftFile File, int OriginIndex)> files) =>
        files.Count == 0
            ? null
            : string.Join(
                "; ",
                files
                    .GroupBy(static one => one.OriginIndex)
                    .OrderBy(static group => group.Key)
                    .Select(group =>
                        string.Create(CultureInfo.InvariantCulture, $"of attempt {group.Key}: ")
                        + string.Join(", ", group.Take(MaxListedFiles).Select(static one => DescribeFile(one.File)))
                        + (
                            group.Count() > MaxListedFiles
                                ? $" and {CountText.FormatCount(group.Count() - MaxListedFiles, "more file")}"
                                : ""
                        )
                    )
            );

    private static string DescribeFile(LeftFile file) =>
        $"{file.Path} ({DiskSpace.FormatBytes(file.Size)}"
        + (file.Source == file.Path ? "" : $", there {file.Source}")
        + (file.Place.Length == 0 ? ")" : $", on {file.Place})");

    private void Execute(string sql, SqliteTransaction transaction, params ReadOnlySpan<object?> values) =>
        GetStatement(sql, values.Length).ExecuteNonQuery(transaction, values);

    private SqlStatement GetStatement(string sql, int parameters)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements[sql] = statement = new SqlStatement(connection, sql, parameters);
        }

        return statement;
    }
}
