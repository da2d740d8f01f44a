using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Writes the table <c>attempt_codes</c>: the codes of the wiring that an attempt's command uses, and their versions.</summary>
/// <param name="connection">The store.</param>
internal sealed class AttemptCodeTable(SqliteConnection connection) : IDisposable
{
    // Most runs have no codes.
    private SqlStatement? _command;
    private SqlStatement? _insert;
    private SqlStatement? _update;

    /// <summary>Adds the codes of an intended attempt.</summary>
    public void AddCodes(LiveAttempt attempt, SqliteTransaction transaction)
    {
        if (attempt.Codes.Codes.Count == 0)
        {
            return;
        }

        _command ??= new SqlStatement(connection, "SELECT command FROM tasks WHERE seq = $1", 1);
        string? command = null;
        using (var reader = _command.ExecuteReader(transaction, (long)attempt.Task.Position))
        {
            command = reader.Read() ? reader.GetString(0) : null;
        }

        foreach (var code in attempt.Codes.FindUsedCodes(command ?? ""))
        {
            _insert ??= new SqlStatement(connection, "INSERT INTO attempt_codes (attempt_id, code, code_sha256) VALUES ($1, $2, $3)", 3);
            _insert.ExecuteNonQuery(transaction, attempt.Id.Value, code.Name, code.Hash.Hex);
        }
    }

    /// <summary>Records the versions that an attempt's script has left.</summary>
    public void RecordVersions(AttemptId attempt, IReadOnlyList<CodeVersion> versions, SqliteTransaction transaction)
    {
        foreach (var version in versions)
        {
            // A task can write the file: only codes that it uses have a row.
            _update ??= new SqlStatement(
                connection,
                "UPDATE attempt_codes SET version = $4 WHERE attempt_id = $1 AND code = $2 AND substr(code_sha256, 1, 12) = $3",
                4
            );
            _update.ExecuteNonQuery(transaction, attempt.Value, version.Code, version.HashBegin, version.Version);
        }
    }

    public void Dispose()
    {
        _command?.Dispose();
        _insert?.Dispose();
        _update?.Dispose();
    }
}
