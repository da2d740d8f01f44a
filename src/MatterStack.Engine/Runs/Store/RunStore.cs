using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store.Sqlite;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Store of a run, open for writing. Only the holder of the run's lock may open it.</summary>
/// <remarks>Every method throws <see cref="ProblemException"/> if the store cannot be read or written.</remarks>
internal sealed partial class RunStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly IDisk _disk;
    private readonly ChangeWriter _writer;
    private readonly SqlStatement _selectDefinition;
    private readonly SqlStatement _selectOwnDefinition;
    private readonly ResultRows _resultRows;
    private readonly AttemptFingerprinter _fingerprinter;
    private readonly CarriedFileTable _carriedFiles;
    private readonly Action? _checkLockHeld;

    private RunStore(RunFolder run, SqliteConnection connection, IDisk disk, Action? checkLockHeld)
    {
        (Run, _connection, _disk, _checkLockHeld) = (run, connection, disk, checkLockHeld);
        _resultRows = new ResultRows(connection);
        _carriedFiles = new CarriedFileTable(connection);
        _selectDefinition = new SqlStatement(connection, "SELECT definition, operator_key FROM tasks WHERE seq = $1", 1);
        _selectOwnDefinition = new SqlStatement(
            connection,
            "SELECT coalesce(attempts.definition, tasks.definition), attempts.operator_key FROM tasks, attempts WHERE tasks.seq = $1 "
                + "AND attempts.attempt_id = $2",
            2
        );
        using var row = new SqlStatement(
            connection,
            "SELECT run_id, program_path, definition_sha256, noted_definition_sha256, declaration, campaign_class, program_sha256, "
                + "workspace_slug, failure_class FROM runs",
            0
        );
        using var reader = row.ExecuteReader();
        if (!reader.Read())
        {
            throw new ProblemException(
                new Problem(
                    RunCodes.StoreUnusable,
                    $"{run.StoreFile} holds no run",
                    RunCodes.StoreUnusable.Remedy,
                    new SourcePosition(run.StoreFile)
                )
            );
        }

        Id = RunId.TryParse(reader.GetString(0), out var id) ? id : run.Id;
        ProgramPath = reader.IsDBNull(1) ? null : reader.GetString(1);
        DefinitionHash = reader.GetString(2);
        ReportedDefinitionHash = reader.IsDBNull(3) ? null : reader.GetString(3);
        Checkpoint = reader.IsDBNull(4) ? null : DeclarationCheckpoint.Parse(reader.GetString(4));
        CampaignClass = reader.IsDBNull(5) ? null : reader.GetString(5);
        ProgramHash = reader.IsDBNull(6) ? null : reader.GetString(6);
        WorkspaceSlug = reader.GetString(7);
        FailureClass = reader.IsDBNull(8) ? null : reader.GetString(8);
        _fingerprinter = new AttemptFingerprinter(_resultRows, run, ProgramHash);
        _writer = new ChangeWriter(connection, _fingerprinter);
    }

    public RunFolder Run { get; }

    /// <summary>Recorded id of the run; its folder may have been renamed.</summary>
    public RunId Id { get; }

    /// <summary>Path of the campaign's program, relative to the run's folder; null if the campaign has no program.</summary>
    public string? ProgramPath { get; }

    /// <summary>Hash of that program's content; null if the campaign has no program.</summary>
    public string? ProgramHash { get; }

    /// <summary>Name of the workspace.</summary>
    public string WorkspaceSlug { get; }

    /// <summary>Class of that program that plans the next iteration from results; null if the run has none.</summary>
    public string? CampaignClass { get; }

    /// <summary>Class of that program that is asked about failed attempts; null if there is none.</summary>
    public string? FailureClass { get; }

    /// <summary>Hash of the campaign definition that the run was created from.</summary>
    public string DefinitionHash { get; }

    /// <summary>Hash of a later definition whose difference was reported to the user; null if none was.</summary>
    public string? ReportedDefinitionHash { get; private set; }

    /// <summary>Checkpoint of the last declaration that was read; it belongs to <see cref="DefinitionHash"/> or
    /// <see cref="ReportedDefinitionHash"/>.</summary>
    public DeclarationCheckpoint? Checkpoint { get; private set; }

    /// <summary>Number of transactions of <see cref="CommitChanges"/> so far.</summary>
    public int CommitCount { get; private set; }

    /// <param name="run">The run; the caller holds its lock.</param>
    /// <param name="disk">Commits transactions.</param>
    /// <param name="checkLockHeld">Throws if this process has lost the run's lock; called before each commit. Null if the lock cannot be
    /// lost.</param>
    public static RunStore Open(RunFolder run, IDisk disk, Action? checkLockHeld = null)
    {
        var connection = StoreConnection.OpenWriter(run.StoreFile, create: false);
        return GuardRead(run, () =>
        {
            return new RunStore(run, connection, disk, checkLockHeld);
        });
    }

    /// <summary>Creates the store of a new run.</summary>
    public static RunStore Create(RunFolder run, IDisk disk, Action<SqliteConnection, SqliteTransaction> fill)
    {
        var connection = StoreConnection.OpenWriter(run.StoreFile, create: true);
        return GuardAccess(run, () =>
        {
            using (var transaction = connection.BeginTransaction())
            {
                using var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText =
                    StoreSchema.CreateTablesSql
                    + FormattableString.Invariant(
                        $"PRAGMA application_id={StoreSchema.ApplicationId}; PRAGMA user_version={StoreSchema.Version};"
                    );
                command.ExecuteNonQuery();
                fill(connection, transaction);
                disk.Commit(transaction);
            }

            return new RunStore(run, connection, disk, checkLockHeld: null);
        });
    }

    public RunState ReadState() => GuardRead(Run, () =>
        {
            using var statement = new SqlStatement(_connection, "SELECT state FROM runs", 0);
            using var reader = statement.ExecuteReader();
            return reader.Read() ? StateText.ParseRunState(reader.GetString(0)) : RunState.Pending;
        });

    /// <summary>Reads the present tags of the run.</summary>
    public IReadOnlyList<string> ReadTags() => GuardRead(Run, () =>
        {
            using var statement = new SqlStatement(_connection, "SELECT tags FROM runs", 0);
            using var reader = statement.ExecuteReader();
            return AnnotationTable.GetTags(reader.Read() && !reader.IsDBNull(0) ? reader.GetString(0) : null, Run);
        });

    public RunModel LoadModel() => GuardRead(Run, () => ModelLoader.LoadModel(_connection));

    /// <inheritdoc cref="IterationReader.ReadStateBefore"/>
    public string? ReadStateBefore(int iteration) => GuardRead(Run, () => new IterationReader(_connection, Run).ReadStateBefore(iteration));

    /// <summary>Results of the tasks of an iteration.</summary>
    public TaskResults ReadResults(int iteration) => GuardRead(Run, () => new IterationReader(_connection, Run).ReadResults(iteration));

    /// <summary>Writes changes in one transaction, durably.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="model">The run after the changes.</param>
    /// <param name="fingerprintLimits">Limits of the wiring, for the fingerprints of intended attempts; null: no fingerprint is
    /// recorded.</param>
    public void CommitChanges(IReadOnlyList<Change> changes, RunModel model, WiringLimits? fingerprintLimits = null)
    {
        if (changes.Count == 0)
        {
            return;
        }

        GuardAccess(Run, () =>
        {
            // SQLite would continue to write into a deleted file.
            if (!File.Exists(Run.StoreFile))
            {
                if (FileSystem.FindUnreachableReason(Run.StoreFile) is { } gone)
                {
                    throw new ProblemException(FileSystemProblems.CreateNotMountedProblem(Run.StoreFile, gone));
                }

                throw new ProblemException(
                    Problem.Create(RunCodes.RunDeleted, $"{Run.StoreFile} does not exist any more", new SourcePosition(Run.StoreFile))
                );
            }

            _checkLockHeld?.Invoke();
            using var transaction = _connection.BeginTransaction();
            _writer.WriteChanges(changes, model, fingerprintLimits, transaction);
            _failedNodes = ForgetFailedNodes(changes);
            _disk.Commit(transaction);
            CommitCount++;
            return true;
        });
    }

    /// <summary>Records that a changed definition was reported to the user.</summary>
    public void RecordDefinitionChange(string definition, DeclarationCheckpoint? mark, DateTimeOffset at) => GuardAccess(Run, () =>
        {
            using var transaction = _connection.BeginTransaction();
            using var note = new SqlStatement(_connection, "UPDATE runs SET noted_definition_sha256 = $1, declaration = $2", 2);
            note.ExecuteNonQuery(transaction, definition, mark?.ToString());
            _writer.InsertEvent(
                transaction,
                at,
                EventKinds.DefinitionChanged,
                null,
                null,
                null,
                $"the project's definition is now {definition}; the run continues with {DefinitionHash}"
            );
            _disk.Commit(transaction);
            (ReportedDefinitionHash, Checkpoint) = (definition, mark);
            return true;
        });

    /// <summary>Saves the checkpoint of a declaration whose definition hash is known.</summary>
    public void SaveCheckpoint(DeclarationCheckpoint mark) => GuardAccess(Run, () =>
        {
            using var transaction = _connection.BeginTransaction();
            using var note = new SqlStatement(_connection, "UPDATE runs SET declaration = $1", 1);
            note.ExecuteNonQuery(transaction, mark.ToString());
            _disk.Commit(transaction);
            Checkpoint = mark;
            return true;
        });

    /// <summary>Reads requests without an answer, oldest first, after it has imported request files of other machines.</summary>
    public IReadOnlyList<(long Seq, RunRequest Request)> ReadQueuedRequests() => GuardAccess(Run, () =>
        {
            RequestFiles.ImportRequests(Run, _connection, _disk);
            return RequestTable.ReadQueuedRequests(_connection);
        });

    /// <summary>Hooks that have not been delivered, oldest first.</summary>
    /// <param name="after">Only hooks with a higher number.</param>
    public IReadOnlyList<PendingHook> ReadPendingHooks(long after) =>
        GuardAccess(Run, () => HookTable.ReadPendingHooks(_connection, after));

    /// <summary>Hash of the last recorded wiring of the run; null if none was recorded.</summary>
    public Sha256? ReadWiringHash() => GuardAccess<Sha256?>(Run, () =>
        {
            using var statement = new SqlStatement(
                _connection,
                $"SELECT sha256 FROM run_inputs WHERE kind = '{RunInputKind.Wiring.ToText()}' ORDER BY rowid DESC LIMIT 1",
                0
            );
            using var reader = statement.ExecuteReader();
            return reader.Read() && Sha256.TryParse(reader.GetString(0), out var hash) ? hash : null;
        });

    /// <summary>Whether a wiring is the last recorded one, and all events of its history are recorded.</summary>
    public bool HasWiring(Sha256 hash, IReadOnlyList<WiringEvent> history) =>
        ReadWiringHash() == hash && GuardAccess(Run, () => WiringEventTable.CountEvents(_connection, history)) >= history.Count;

    /// <summary>Copies new lines of the wiring history, and the wiring in force if it has changed, into the store. Writes nothing if there
    /// are none.</summary>
    public void RecordWiring(IReadOnlyList<WiringEvent> history, RunWiring? inForce, DateTimeOffset now) => GuardAccess(Run, () =>
        {
            var seen = WiringEventTable.CountEvents(_connection, history);
            var last = ReadWiringHash();
            if (history.Count <= seen && (inForce is null || inForce.Hash == last))
            {
                return false;
            }

            using var transaction = _connection.BeginTransaction();
            using (var insertEvent = new SqlStatement(_connection, WiringEventTable.InsertSql, 4))
            {
                WiringEventTable.AddEvents(insertEvent, transaction, history.Skip(seen));
            }

            if (inForce is not null && inForce.Hash != last)
            {
                using var insert = new SqlStatement(_connection, RunInputTable.InsertSql, 6);
                RunInputTable.AddWiring(insert, transaction, inForce, now);
            }

            _disk.Commit(transaction);
            return true;
        });

    /// <inheritdoc cref="AttemptFingerprinter.ComputeFingerprint"/>
    public Fingerprint? ComputeFingerprint(TaskNode task, Sha256 operatorHash, KeyLimit limit) =>
        GuardRead(Run, () => _fingerprinter.ComputeFingerprint(task, operatorHash, limit));

    /// <summary>Reads the ended attempts whose accounting has not answered yet.</summary>
    public IReadOnlyList<PendingUsage> ReadPendingUsage() => GuardRead(Run, () => UsageTable.ReadPending(_connection));

    /// <summary>Reads rows about results.</summary>
    public T ReadResults<T>(Func<ResultRows, T> read) => GuardRead(Run, () => read(_resultRows));

    public void Dispose()
    {
        _writer.Dispose();
        _selectDefinition.Dispose();
        _selectOwnDefinition.Dispose();
        _resultRows.Dispose();
        _carriedFiles.Dispose();
        _connection.Dispose();
    }

    // For reads: content that cannot be parsed means a damaged store.
    private static T GuardRead<T>(RunFolder run, Func<T> action)
    {
        try
        {
            return GuardAccess(run, action);
        }
        catch (Exception e) when (StoreConnection.IsDamage(e))
        {
            throw StoreConnection.CreateDamageException(e, run.StoreFile);
        }
    }

    private static T GuardAccess<T>(RunFolder run, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            throw StoreConnection.ToProblemException(e, run.StoreFile);
        }
    }
}
