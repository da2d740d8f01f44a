using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Hooks;
using MatterStack.Engine.Runs.Results;
using MatterStack.Engine.Wiring;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs;

/// <summary>Store of a run, open for writing. Only the holder of the run's lock may open it.</summary>
/// <remarks>Every method throws <see cref="ProblemException"/> if the store cannot be read or written.</remarks>
internal sealed class RunStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly IDisk _disk;
    private readonly ChangeWriter _writer;
    private readonly Statement _definition;
    private readonly ResultRows _results;

    private RunStore(RunFolder run, SqliteConnection connection, IDisk disk)
    {
        (Run, _connection, _disk) = (run, connection, disk);
        _results = new ResultRows(connection);
        _writer = new ChangeWriter(connection, (attempt, transaction) => Fingerprint?.Invoke(attempt, transaction));
        _definition = new Statement(connection, "SELECT definition, operator_key FROM tasks WHERE seq = $1", 1);
        using var row = new Statement(connection, "SELECT run_id, program_path, definition_sha256, noted_definition_sha256, declaration, campaign_class, program_sha256, workspace_slug FROM runs", 0);
        using var reader = row.Query();
        if (!reader.Read())
        {
            throw new ProblemException(new Problem(RunCodes.StoreUnusable, $"{run.Store} holds no run", RunCodes.StoreUnusable.Remedy, new SourcePosition(run.Store)));
        }

        Id = RunId.TryParse(reader.GetString(0), out var id) ? id : run.Id;
        ProgramPath = reader.IsDBNull(1) ? null : reader.GetString(1);
        Definition = reader.GetString(2);
        NotedDefinition = reader.IsDBNull(3) ? null : reader.GetString(3);
        Mark = reader.IsDBNull(4) ? null : DeclarationCheckpoint.Parse(reader.GetString(4));
        CampaignClass = reader.IsDBNull(5) ? null : reader.GetString(5);
        ProgramHash = reader.IsDBNull(6) ? null : reader.GetString(6);
        WorkspaceSlug = reader.GetString(7);
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

    /// <summary>Computes the fingerprint of an attempt in the transaction that records its intent; null if no fingerprints are
    /// recorded.</summary>
    public Func<LiveAttempt, SqliteTransaction, FingerprintRecord?>? Fingerprint { get; set; }

    /// <summary>Throws if this process has lost the run's lock; called before each commit. Null if the lock cannot be lost.</summary>
    public Action? Fence { get; set; }

    /// <summary>Class of that program that plans the next iteration from results; null if the run has none.</summary>
    public string? CampaignClass { get; }

    /// <summary>Hash of the campaign definition that the run was created from.</summary>
    public string Definition { get; }

    /// <summary>Hash of a later definition whose difference was reported to the user; null if none was.</summary>
    public string? NotedDefinition { get; private set; }

    /// <summary>Checkpoint of the last declaration that was read; it belongs to <see cref="Definition"/> or
    /// <see cref="NotedDefinition"/>.</summary>
    public DeclarationCheckpoint? Mark { get; private set; }

    /// <summary>Number of transactions of <see cref="Commit"/> so far.</summary>
    public int Commits { get; private set; }

    /// <param name="run">The run; the caller holds its lock.</param>
    /// <param name="disk">Commits transactions.</param>
    public static RunStore Open(RunFolder run, IDisk disk)
    {
        var connection = StoreConnection.OpenWriter(run.Store, create: false);
        return Reading(run, () =>
        {
            return new RunStore(run, connection, disk);
        });
    }

    /// <summary>Creates the store of a new run.</summary>
    public static RunStore Create(RunFolder run, IDisk disk, Action<SqliteConnection, SqliteTransaction> fill)
    {
        var connection = StoreConnection.OpenWriter(run.Store, create: true);
        return Guarded(run, () =>
        {
            using (var transaction = connection.BeginTransaction())
            {
                using var command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = Schema.Sql + FormattableString.Invariant($"PRAGMA application_id={Schema.ApplicationId}; PRAGMA user_version={Schema.Version};");
                command.ExecuteNonQuery();
                fill(connection, transaction);
                disk.Commit(transaction);
            }

            return new RunStore(run, connection, disk);
        });
    }

    public RunState ReadState() => Reading(Run, () =>
    {
        using var statement = new Statement(_connection, "SELECT state FROM runs", 0);
        using var reader = statement.Query();
        return reader.Read() ? StateText.ParseRunState(reader.GetString(0)) : RunState.Pending;
    });

    public RunModel Load() => Reading(Run, () => ModelLoader.Load(_connection));

    /// <inheritdoc cref="IterationReader.StateBefore"/>
    public string? StateBefore(int iteration) => Reading(Run, () => new IterationReader(_connection, Run).StateBefore(iteration));

    /// <summary>Results of the tasks of an iteration.</summary>
    public TaskResults Results(int iteration) => Reading(Run, () => new IterationReader(_connection, Run).Results(iteration));

    /// <summary>Writes changes in one transaction, durably.</summary>
    public void Commit(IReadOnlyList<Change> changes, RunModel model)
    {
        if (changes.Count == 0)
        {
            return;
        }

        Guarded(Run, () =>
        {
            // SQLite would continue to write into a deleted file.
            if (!File.Exists(Run.Store))
            {
                if (FileSystem.WhyGone(Run.Store) is { } gone)
                {
                    throw new ProblemException(StoreConnection.Gone(Run.Store, gone));
                }

                throw new ProblemException(Problem.Create(RunCodes.RunDeleted, $"{Run.Store} does not exist any more", new SourcePosition(Run.Store)));
            }

            Fence?.Invoke();
            using var transaction = _connection.BeginTransaction();
            _writer.Write(changes, model, transaction);
            _disk.Commit(transaction);
            Commits++;
            return true;
        });
    }

    /// <summary>Records that a changed definition was reported to the user.</summary>
    public void NoteDefinition(string definition, DeclarationCheckpoint? mark, DateTimeOffset at) => Guarded(Run, () =>
    {
        using var transaction = _connection.BeginTransaction();
        using var note = new Statement(_connection, "UPDATE runs SET noted_definition_sha256 = $1, declaration = $2", 2);
        note.Run(transaction, definition, mark?.ToString());
        _writer.Event(transaction, at, "DEFINITION_CHANGED", null, null, null, $"the project's definition is now {definition}; the run continues with {Definition}");
        _disk.Commit(transaction);
        (NotedDefinition, Mark) = (definition, mark);
        return true;
    });

    /// <summary>Saves the checkpoint of a declaration whose definition hash is known.</summary>
    public void Remember(DeclarationCheckpoint mark) => Guarded(Run, () =>
    {
        using var transaction = _connection.BeginTransaction();
        using var note = new Statement(_connection, "UPDATE runs SET declaration = $1", 1);
        note.Run(transaction, mark.ToString());
        _disk.Commit(transaction);
        Mark = mark;
        return true;
    });

    /// <summary>Reads requests without an answer, oldest first, after it has imported request files of other machines.</summary>
    public IReadOnlyList<(long Seq, RunRequest Request)> Requests() => Guarded(Run, () =>
    {
        RequestFiles.TakeIn(Run, _connection, _disk);
        return RequestBox.Waiting(_connection);
    });

    /// <summary>Hooks that have not been delivered, oldest first.</summary>
    /// <param name="after">Only hooks with a higher number.</param>
    public IReadOnlyList<OpenHook> OpenHooks(long after) => Guarded(Run, () => HookBox.Open(_connection, after));

    /// <summary>Hash of the last recorded wiring of the run; null if none was recorded.</summary>
    public Sha256? ReadWiring() => Guarded<Sha256?>(Run, () =>
    {
        using var statement = new Statement(_connection, "SELECT sha256 FROM run_inputs WHERE kind = 'operators_config' ORDER BY rowid DESC LIMIT 1", 0);
        using var reader = statement.Query();
        return reader.Read() && Sha256.TryParse(reader.GetString(0), out var hash) ? hash : null;
    });

    /// <summary>Copies new lines of the wiring history, and the wiring in force if it has changed, into the store. Writes nothing if there
    /// are none.</summary>
    public void MirrorWiring(IReadOnlyList<WiringEvent> history, RunWiring? inForce, DateTimeOffset now) => Guarded(Run, () =>
    {
        using var known = new Statement(_connection, "SELECT count(*) FROM events WHERE kind LIKE 'WIRING_%'", 0);
        int seen;
        using (var reader = known.Query())
        {
            seen = reader.Read() ? reader.GetInt32(0) : 0;
        }

        var last = ReadWiring();
        if (history.Count <= seen && (inForce is null || inForce.Hash == last))
        {
            return false;
        }

        using var transaction = _connection.BeginTransaction();
        using (var insertEvent = new Statement(_connection, WiringMirror.Insert, 4))
        {
            WiringMirror.Add(insertEvent, transaction, history.Skip(seen));
        }

        if (inForce is not null && inForce.Hash != last)
        {
            using var insert = new Statement(_connection, RunInputs.Insert, 6);
            RunInputs.AddWiring(insert, transaction, inForce, now);
        }

        _disk.Commit(transaction);
        return true;
    });

    /// <summary>Builds the attempt request with which an operator starts an attempt.</summary>
    public AttemptRequest Order(LiveAttempt attempt) => Reading(Run, () =>
    {
        using var reader = _definition.Query((long)attempt.Task.Position);
        reader.Read();
        var order = Order(attempt, OperatorKey.FromTrusted(reader.GetString(1)), Encoding.UTF8.GetBytes(reader.GetString(0)));
        // A damaged definition must fail here, not on an operator's thread.
        _ = order.Planned;
        if (attempt.Index > 1 && order.Task.RetryMemoryFactor > 1)
        {
            order = order with { OutOfMemoryCount = OutOfMemoryEnds(attempt.Task.Id) };
        }

        return attempt.Task.DependsOn.Length == 0 ? order : order with { Dependencies = _results.HandOvers(attempt.Task.Position) };
    });

    /// <summary>Builds the attempt requests of all live attempts, with one statement for any number of attempts.</summary>
    public IReadOnlyList<AttemptRequest> OrdersUnderWay(RunModel model) => model.LiveAttempts.Count == 0 ? [] : Reading(Run, () =>
    {
        var orders = new List<AttemptRequest>(model.LiveAttempts.Count);
        var doubtful = new List<(int Index, LiveAttempt Attempt)>();
        using (var underWay = new Rows(_connection, "SELECT seq, definition FROM tasks WHERE current_attempt_id IS NOT NULL AND state IN ('READY', 'RUNNING', 'WAITING_EXTERNAL')"))
        {
            while (underWay.Read())
            {
                if (model.Tasks[underWay.Whole(0)] is { LiveAttempt: { } attempt } task)
                {
                    if (MayBeStartedAgain(attempt))
                    {
                        doubtful.Add((orders.Count, attempt));
                    }

                    orders.Add(Order(attempt, model.Keys[task.KeyIndex], underWay.Bytes(1)));
                }
            }
        }

        foreach (var (index, attempt) in doubtful)
        {
            orders[index] = Order(attempt);
        }

        return orders.Count == model.LiveAttempts.Count ? orders : model.LiveAttempts.Select(Order).ToList();
    });

    // An operator may start these attempts again, so they need the complete request: an attempt whose submission is not confirmed yet (its
    // external id is still the name that MatterStack gave it), and a waiting exchange, whose folder may have been deleted.
    private static bool MayBeStartedAgain(LiveAttempt attempt) =>
        (attempt.Task.DependsOn.Length > 0 || attempt.Index > 1) && attempt.State is AttemptState.Created or AttemptState.WaitingExternal or AttemptState.Submitted { ExternalId: ['m', 's', '-', ..] };

    /// <summary>Time at which each live attempt was first seen running or waiting outside, as opposed to queued.</summary>
    public IReadOnlyDictionary<AttemptId, DateTimeOffset> RunningSince() => Reading(Run, () =>
    {
        var since = new Dictionary<AttemptId, DateTimeOffset>();
        using var statement = new Statement(_connection, "SELECT attempt_id, min(at_utc) FROM events WHERE kind IN ('ATTEMPT_RUNNING', 'ATTEMPT_WAITING_EXTERNAL') AND attempt_id IN (SELECT attempt_id FROM attempts WHERE ended_at_utc IS NULL) GROUP BY attempt_id", 0);
        using var reader = statement.Query();
        while (reader.Read())
        {
            since[AttemptId.FromTrusted(reader.GetString(0))] = Timestamps.Parse(reader.GetString(1));
        }

        return since;
    });

    /// <summary>Reads rows about results.</summary>
    public T Results<T>(Func<ResultRows, T> read) => Reading(Run, () => read(_results));

    public void Dispose()
    {
        _writer.Dispose();
        _definition.Dispose();
        _results.Dispose();
        _connection.Dispose();
    }

    private AttemptRequest Order(LiveAttempt attempt, OperatorKey key, ReadOnlyMemory<byte> definition) => new()
    {
        Run = Id,
        Attempt = attempt.Id,
        Index = attempt.Index,
        TaskId = attempt.Task.Id,
        Key = key,
        Definition = definition,
        WiringHash = attempt.WiringHash,
        RunFolder = Run.Path,
        ProgramPath = ProgramPath,
        SubmittedAt = attempt.SubmittedAt,
        RefusedSince = attempt.RefusedSince,
        ExternalId = attempt.State switch
        {
            AttemptState.Submitted submitted => submitted.ExternalId,
            AttemptState.Running running => running.ExternalId,
            AttemptState.WaitingExternal waiting => waiting.ExternalId,
            AttemptState.Created or AttemptState.Ended => null,
            _ => throw new InvalidOperationException("No rule for this state"),
        },
    };

    private int OutOfMemoryEnds(TaskId task)
    {
        using var ends = new Statement(_connection, "SELECT count(*) FROM attempts WHERE task_id = $1 AND reason LIKE 'OUT_OF_MEMORY%'", 1);
        using var reader = ends.Query(task.Value);
        return reader.Read() ? reader.GetInt32(0) : 0;
    }

    // For reads: content that cannot be parsed means a damaged store.
    private static T Reading<T>(RunFolder run, Func<T> action)
    {
        try
        {
            return Guarded(run, action);
        }
        catch (Exception e) when (StoreConnection.IsDamage(e))
        {
            throw StoreConnection.Unreadable(e, run.Store);
        }
    }

    private static T Guarded<T>(RunFolder run, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            throw StoreConnection.Explain(e, run.Store);
        }
    }
}
