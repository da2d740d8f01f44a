using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring.Codes;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Reads inputs and results of tasks from a run's store.</summary>
internal sealed class ResultRows(SqliteConnection connection) : IDisposable
{
    private readonly SqlStatement _dependencyOutputs = new(
        connection,
        $"""
        SELECT t.task_id, a.attempt_id, a.relative_path FROM dependencies d
        JOIN tasks t ON t.seq = d.depends_on_seq JOIN attempts a ON a.attempt_id = t.current_attempt_id
        WHERE d.task_seq = $1 AND t.state = {StateSql.ToLiterals(TaskState.Completed)} ORDER BY t.seq
        """,
        1
    );

    private readonly SqlStatement _outputs = new(connection, "SELECT path, sha256, size FROM outputs WHERE attempt_id = $1", 1);
    private SqlStatement? _definition;
    private SqlStatement? _fingerprint;
    private SqlStatement? _finished;
    private SqlStatement? _codes;
    private SqlStatement? _continued;

    /// <summary>Outputs of the completed dependencies of a task.</summary>
    /// <param name="taskSeq">Position of the task.</param>
    /// <param name="transaction">Open transaction whose changes are included; null if there is none.</param>
    public List<DependencyOutputs> ReadDependencyOutputs(int taskSeq, SqliteTransaction? transaction = null)
    {
        var found = new List<(TaskId Task, AttemptId Attempt, string Path)>();
        using (var reader = _dependencyOutputs.ExecuteReader(transaction, (long)taskSeq))
        {
            while (reader.Read())
            {
                found.Add((TaskId.FromTrusted(reader.GetString(0)), AttemptId.FromTrusted(reader.GetString(1)), reader.GetString(2)));
            }
        }

        return found.Select(f => new DependencyOutputs(f.Task, f.Path, ReadOutputs(f.Attempt, transaction))).ToList();
    }

    /// <summary>Outputs of an attempt.</summary>
    public List<OutputFile> ReadOutputs(AttemptId attempt, SqliteTransaction? transaction = null)
    {
        using var reader = _outputs.ExecuteReader(transaction, attempt.Value);
        var outputs = new List<OutputFile>();
        while (reader.Read())
        {
            _ = Sha256.TryParse(reader.GetString(1), out var hash);
            outputs.Add(new OutputFile(reader.GetString(0), hash, reader.GetInt64(2)));
        }

        return outputs;
    }

    /// <summary>A task as declared.</summary>
    public PlannedTask ReadPlannedTask(TaskNode task, SqliteTransaction? transaction = null)
    {
        _definition ??= new SqlStatement(connection, "SELECT definition, operator_key FROM tasks WHERE seq = $1", 1);
        using var reader = _definition.ExecuteReader(transaction, (long)task.Position);
        reader.Read();
        return TaskJson.Read(task.Id, OperatorKey.FromTrusted(reader.GetString(1)), reader.GetString(0));
    }

    /// <summary>Recorded fingerprint of an attempt. Returns null if it has none.</summary>
    public FingerprintRecord? FindFingerprint(AttemptId attempt)
    {
        _fingerprint ??= new SqlStatement(connection, "SELECT fingerprint, parts, looked_up FROM fingerprints WHERE attempt_id = $1", 1);
        using var reader = _fingerprint.ExecuteReader(attempt.Value);
        return reader.Read()
            ? new FingerprintRecord(
                reader.GetString(0),
                reader.GetString(1),
                CacheLookupText.FindOutcome(reader.GetString(2)) ?? CacheLookupOutcome.Miss
            )
            : null;
    }

    /// <summary>An ended attempt with its fingerprint and outputs. Returns null if it has not ended or has no fingerprint.</summary>
    public FinishedAttempt? FindFinishedAttempt(AttemptId attempt)
    {
        if (FindFingerprint(attempt) is not { } fingerprint)
        {
            return null;
        }

        _finished ??= new SqlStatement(connection, $"SELECT {AttemptColumns.Format()} FROM attempts WHERE attempt_id = $1", 1);
        using var reader = _finished.ExecuteReader(attempt.Value);
        return reader.Read() && AttemptColumns.Read(reader) is { EndedAt: not null } row
            ? new FinishedAttempt(
                row with
                {
                    Codes = ReadCodes(attempt, fingerprint),
                    ContinuedAttempts = row.AttemptIndex == 1 ? 0 : CountContinued(attempt),
                },
                fingerprint,
                ReadOutputs(attempt)
            )
            : null;
    }

    // A fingerprint without codes spares the query.
    private List<AttemptCodeRow> ReadCodes(AttemptId attempt, FingerprintRecord fingerprint)
    {
        var codes = new List<AttemptCodeRow>();
        if (!fingerprint.Parts.Contains("  " + SiteCodes.FormatCodePart(""), StringComparison.Ordinal))
        {
            return codes;
        }

        _codes ??= new SqlStatement(connection, "SELECT code, code_sha256, version FROM attempt_codes WHERE attempt_id = $1", 1);
        using var reader = _codes.ExecuteReader(attempt.Value);
        while (reader.Read())
        {
            codes.Add(new AttemptCodeRow(reader.GetString(0), StoreText.GetHash(reader, 1), StoreText.Find(reader, 2)));
        }

        return codes;
    }

    private int CountContinued(AttemptId attempt)
    {
        _continued ??= new SqlStatement(
            connection,
            """
            WITH RECURSIVE links(attempt, origin) AS (
                SELECT c.attempt_id, c.origin_attempt_id FROM carried_files c JOIN attempts a ON a.attempt_id = c.attempt_id
                WHERE a.not_carried IS NULL
            ), chain(id) AS (
                SELECT origin FROM links WHERE attempt = $1 UNION SELECT l.origin FROM chain JOIN links l ON l.attempt = chain.id
            ) SELECT count(*) FROM chain
            """,
            1
        );
        using var reader = _continued.ExecuteReader(attempt.Value);
        return reader.Read() ? reader.GetInt32(0) : 0;
    }

    public void Dispose()
    {
        _continued?.Dispose();
        _dependencyOutputs.Dispose();
        _outputs.Dispose();
        _definition?.Dispose();
        _fingerprint?.Dispose();
        _finished?.Dispose();
        _codes?.Dispose();
    }
}
