using MatterStack.Engine.Campaigns.Declarations;
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
    private SqlStatement? _definition;
    private SqlStatement? _insert;
    private SqlStatement? _update;

    /// <summary>Adds the codes of an intended attempt.</summary>
    public void AddCodes(LiveAttempt attempt, SqliteTransaction transaction)
    {
        if (attempt.Codes.Codes.Count == 0)
        {
            return;
        }

        foreach (var code in attempt.Codes.FindUsedCodes(ReadCommands(attempt.Task, transaction)))
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

    // A task that carries files has several commands, which are in its definition.
    private IReadOnlyList<string> ReadCommands(TaskNode task, SqliteTransaction transaction)
    {
        if (task.Policy is { Carries: true })
        {
            _definition ??= new SqlStatement(connection, "SELECT definition, operator_key FROM tasks WHERE seq = $1", 1);
            using var definitions = _definition.ExecuteReader(transaction, (long)task.Position);
            return definitions.Read()
                ? [.. TaskJson.Read(task.Id, OperatorKey.FromTrusted(definitions.GetString(1)), definitions.GetString(0)).Task.Commands]
                : [];
        }

        _command ??= new SqlStatement(connection, "SELECT command FROM tasks WHERE seq = $1", 1);
        using var reader = _command.ExecuteReader(transaction, (long)task.Position);
        return reader.Read() ? [reader.GetString(0)] : [];
    }

    public void Dispose()
    {
        _command?.Dispose();
        _definition?.Dispose();
        _insert?.Dispose();
        _update?.Dispose();
    }
}
