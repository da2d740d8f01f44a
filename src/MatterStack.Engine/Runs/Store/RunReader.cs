using MatterStack.Engine.Caching;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Reads one state of a run's store without changing it, also while another process drives the run.</summary>
/// <remarks>The constructor and every method throw <see cref="ProblemException"/> if the store cannot be read.</remarks>
internal sealed partial class RunReader : IDisposable, IRunRecords
{
    private static readonly string Failures = $"state = {StateSql.ToLiterals(TaskState.Failed)}";
    private static readonly string BlockingFailures = $"{Failures} AND allow_failure = 0";
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction? _snapshot;
    private readonly QueryTimeLimit _timeLimit;

    public RunReader(RunFolder run)
        : this(run, StoreConnection.OpenReader(run.StoreFile), isPrivate: false) { }

    private RunReader(RunFolder run, (SqliteConnection Connection, QueryTimeLimit TimeLimit) store, bool isPrivate)
    {
        Run = run;
        (_connection, _timeLimit) = store;
        try
        {
            _snapshot = isPrivate ? null : _connection.BeginTransaction(deferred: true);
            RunRow = QueryRows(
                    $"SELECT run_id, workspace_slug, state, {StoreText.Limit("reason")}, created_at_utc, definition_sha256, ended_at_utc, "
                        + $"engine_version, {StoreText.Limit("tags")}, {StoreText.Limit("note")}, {StoreText.Limit("selection")} FROM runs",
                    r => new RunRow(
                        RunId.FromTrusted(r.GetString(0)),
                        r.GetString(1),
                        StateText.ParseRunState(r.GetString(2)),
                        StoreText.Find(r, 3),
                        StoreText.GetTime(r, 4),
                        StoreText.GetHash(r, 5),
                        StoreText.FindTime(r, 6),
                        r.GetString(7)
                    )
                    {
                        Tags = AnnotationTable.GetTags(StoreText.Find(r, 8), run),
                        Note = StoreText.Find(r, 9),
                        Selection = StoreText.Find(r, 10),
                    }
                )
                .FirstOrDefault()
                ?? throw new ProblemException(
                    new Problem(
                        RunCodes.StoreUnusable,
                        $"{run.StoreFile} holds no run",
                        RunCodes.StoreUnusable.Remedy,
                        new SourcePosition(run.StoreFile)
                    )
                );
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public RunFolder Run { get; }

    public RunRow RunRow { get; }

    public RunState State => RunRow.State;

    /// <summary>Number of tasks by state; states without tasks are left out.</summary>
    public IReadOnlyDictionary<string, long> CountTasksByState() =>
        QueryRows("SELECT state, count(*) FROM tasks GROUP BY state", r => (State: r.GetString(0), Count: r.GetInt64(1)))
            .ToDictionary(p => p.State, p => p.Count);

    /// <summary>Number of attempts, and of those whose results came from the cache.</summary>
    public (long All, long Cached) CountAttempts() =>
        QueryRows("SELECT count(*), count(cached_from) FROM attempts", r => (r.GetInt64(0), r.GetInt64(1))).First();

    /// <summary>Names of the machines on which attempts were processes, at most four.</summary>
    public IReadOnlyList<string> ReadMachines() =>
        QueryRows(
                """
                SELECT DISTINCT substr(place, 1, instr(place, '/') - 1)
                FROM (SELECT substr(external_id, instr(external_id, '@') + 1) AS place FROM attempts WHERE external_id GLOB '[0-9]*@*/*/*') ORDER BY 1 LIMIT 4
                """,
                r => r.GetString(0)
            )
            .ToList();

    /// <summary>Number of the last event, 0 if there is none; the run has not changed as long as it stays the same.</summary>
    public long ReadLastEventSeq() => QueryRows("SELECT coalesce(max(seq), 0) FROM events", r => r.GetInt64(0)).First();

    /// <summary>Time of the last event; null if there is none.</summary>
    public DateTimeOffset? ReadLastEventTime() =>
        QueryRows("SELECT at_utc FROM events ORDER BY seq DESC LIMIT 1", r => (DateTimeOffset?)StoreText.GetTime(r, 0)).FirstOrDefault();

    /// <summary>All tasks, in their order.</summary>
    public IEnumerable<TaskRow> ReadTasks() => QueryTasks("1");

    /// <summary>Finds a task by its id. Returns null if the run has none.</summary>
    public TaskRow? FindTask(TaskId task) => QueryTasks("task_id = $1", task.Value).FirstOrDefault();

    /// <summary>Finds the task of which this is the current attempt. Returns null if the task has a later one.</summary>
    public TaskRow? FindTaskOf(AttemptRow attempt) => QueryTasks("current_attempt_id = $1", attempt.AttemptId.Value).FirstOrDefault();

    /// <summary>Tasks that wait for people or instruments.</summary>
    public IEnumerable<TaskRow> ReadWaitingTasks() => QueryTasks($"state = {StateSql.ToLiterals(TaskState.WaitingExternal)}");

    /// <summary>Tasks that failed.</summary>
    /// <param name="blockingOnly">Leaves out tasks that may fail (<c>AllowFailure</c>).</param>
    public IEnumerable<TaskRow> ReadFailedTasks(bool blockingOnly = false) => QueryTasks(blockingOnly ? BlockingFailures : Failures);

    /// <summary>Tasks that have no attempt yet.</summary>
    public IEnumerable<TaskRow> ReadTasksWithoutAttempt() => QueryTasks("current_attempt_id IS NULL");

    /// <summary>Tasks that keep the run from its end, or from success; tasks that only wait for these are left out.</summary>
    /// <param name="max">Maximum number of tasks.</param>
    public IEnumerable<TaskRow> ReadBlockingTasks(int max) => QueryTasks(BuildBlockingCondition()).Take(max);

    /// <summary>Current attempts of <see cref="ReadBlockingTasks"/>.</summary>
    /// <param name="max">Maximum number of tasks.</param>
    public IEnumerable<AttemptRow> ReadAttemptsOfBlockingTasks(int max) =>
        QueryAttempts($"attempt_id IN (SELECT current_attempt_id FROM tasks WHERE {BuildBlockingCondition()} ORDER BY seq LIMIT {max})");

    private string BuildBlockingCondition() =>
        State switch
        {
            RunState.Completed => "0",
            RunState.Failed => BlockingFailures,
            RunState.Pending or RunState.Running or RunState.Paused =>
                $"state IN ({StateSql.ToLiterals(TaskState.Running, TaskState.WaitingExternal, TaskState.Ready)})",
            RunState.Cancelled => $"state = {StateSql.ToLiterals(TaskState.Cancelled)}",
            _ => throw new InvalidOperationException($"No rule for {State}"),
        };

    private IEnumerable<TaskRow> QueryTasks(string where, params object?[] values) =>
        QueryRows(
            $"SELECT task_id, state, {StoreText.Limit("reason")}, operator_key, command, current_attempt_id, iteration, "
                + $"allow_failure, {IsHeld} FROM tasks WHERE {where} ORDER BY seq",
            r => new TaskRow(
                TaskId.FromTrusted(r.GetString(0)),
                StateText.ParseTaskState(r.GetString(1)),
                StoreText.Find(r, 2),
                OperatorKey.FromTrusted(r.GetString(3)),
                r.GetString(4),
                StoreText.FindAttempt(r, 5),
                r.GetInt64(6),
                r.GetInt64(7) != 0
            )
            {
                IsHeld = r.GetInt64(8) != 0,
            },
            values
        );

    /// <summary>All attempts, in the order of their creation.</summary>
    public IEnumerable<AttemptRow> ReadAttempts() => QueryAttempts("1");

    /// <summary>Finds an attempt by its id. Returns null if the run has none.</summary>
    public AttemptRow? FindAttempt(AttemptId attempt) => QueryAttempts("attempt_id = $1", "seq", attempt.Value).FirstOrDefault();

    /// <summary>Attempts of a task, first attempt first.</summary>
    public IEnumerable<AttemptRow> ReadAttemptsOf(TaskId task) => QueryAttempts("task_id = $1", "seq", task.Value);

    /// <summary>Attempts that have not ended.</summary>
    public IEnumerable<AttemptRow> ReadLiveAttempts() => QueryAttempts("ended_at_utc IS NULL");

    private IEnumerable<AttemptRow> QueryAttempts(string where, string order = "seq", params object?[] values) =>
        QueryRows(
            $"""
            SELECT {AttemptColumns.Format()},
                   CASE WHEN cached_from IS NOT NULL THEN (SELECT origin FROM fingerprints f WHERE f.attempt_id = attempts.attempt_id) END,
                   CASE WHEN cached_from IS NOT NULL THEN (SELECT parts FROM fingerprints f WHERE f.attempt_id = attempts.attempt_id) END
            FROM attempts WHERE {where} ORDER BY {order}
            """,
            r =>
                AddCarried(
                    AddCodes(
                        AttemptColumns.Read(r) with
                        {
                            Origin = StoreText.Find(r, AttemptColumns.Count) is { } origin ? CacheOriginJson.Read(origin) : null,
                            FingerprintParts = StoreText.Find(r, AttemptColumns.Count + 1),
                        }
                    )
                ),
            values
        );

    /// <summary>Requested ends that have not happened yet: the run first, then attempts in their order.</summary>
    public IReadOnlyList<EndRow> ReadOpenEnds() =>
        QueryRows(
                $"""
                SELECT a.attempt_id, a.task_id, a.external_id, e.asked_at_utc, {StoreText.Limit("e.asked_by")}, e.kind, {StoreText.Limit(
                    "e.reason"
                )}, e.told_at_utc, {StoreText.Limit("e.trouble")}
                FROM ends e LEFT JOIN attempts a ON a.attempt_id = e.subject WHERE e.over_at_utc IS NULL AND (a.attempt_id IS NOT NULL OR e.subject = '{EndTable.RunSubject}') ORDER BY a.seq
                """,
                r => new EndRow(
                    StoreText.FindAttempt(r, 0),
                    StoreText.FindTask(r, 1),
                    StoreText.Find(r, 2),
                    StoreText.GetTime(r, 3),
                    r.GetString(4),
                    EndRequestKindText.ParseEndRequestKind(r.GetString(5)),
                    r.GetString(6),
                    StoreText.FindTime(r, 7),
                    StoreText.Find(r, 8)
                )
            )
            .ToList();

    /// <summary>Fingerprints of a task's attempts, first attempt first; attempts without a fingerprint are left out.</summary>
    public IEnumerable<FingerprintRow> ReadFingerprints(TaskId task) =>
        QueryRows(
            "SELECT f.attempt_id, f.fingerprint, f.parts, f.looked_up FROM fingerprints f JOIN attempts a ON a.attempt_id = f.attempt_id "
                + "WHERE a.task_id = $1 ORDER BY a.attempt_index",
            r => new FingerprintRow(
                AttemptId.FromTrusted(r.GetString(0)),
                StoreText.GetHash(r, 1),
                r.GetString(2),
                CacheLookupText.FindOutcome(r.GetString(3))
            ),
            task.Value
        );

    /// <summary>Outputs of all attempts.</summary>
    public IEnumerable<OutputRow> ReadOutputs() =>
        QueryRows("SELECT attempt_id, path, sha256, size FROM outputs ORDER BY attempt_id, path", ReadOutput);

    public IEnumerable<InputRow> ReadInputs() =>
        QueryRows("SELECT kind, path, sha256, source, snapshot_relpath, recorded_at_utc FROM run_inputs ORDER BY rowid", r => new InputRow(
            RunInputKindText.Read(r.GetString(0)),
            r.GetString(1),
            StoreText.GetHash(r, 2),
            r.GetString(3),
            StoreText.Find(r, 4),
            StoreText.GetTime(r, 5)
        ));

    /// <summary>Attempts in the order of their tasks, for a caller that enumerates both in parallel.</summary>
    public IEnumerable<AttemptRow> ReadAttemptsByTask() =>
        QueryAttempts(
            "task_id IN (SELECT task_id FROM tasks)",
            "(SELECT t.seq FROM tasks t WHERE t.task_id = attempts.task_id), attempt_index"
        );

    /// <summary>Outputs in the order of <see cref="ReadAttemptsByTask"/>.</summary>
    public IEnumerable<OutputRow> ReadOutputsByTask() =>
        QueryRows(
            "SELECT o.attempt_id, o.path, o.sha256, o.size FROM outputs o JOIN attempts a ON a.attempt_id = o.attempt_id JOIN tasks t ON "
                + "t.task_id = a.task_id ORDER BY t.seq, a.attempt_index, o.path",
            ReadOutput
        );

    /// <summary>Outputs of ended attempts of tasks that others depend on, as paths inside the run, with the end of the attempt.</summary>
    public IEnumerable<(TaskId Task, DateTimeOffset EndedAt, string Path)> ReadDependencyOutputs() =>
        QueryRows(
            "SELECT t.task_id, a.ended_at_utc, a.relative_path || '/work/' || o.path FROM tasks t JOIN attempts a ON a.task_id = "
                + "t.task_id JOIN outputs o ON o.attempt_id = a.attempt_id WHERE a.ended_at_utc IS NOT NULL AND t.seq IN (SELECT "
                + "depends_on_seq FROM dependencies) ORDER BY t.seq, a.attempt_index, o.path",
            r => (TaskId.FromTrusted(r.GetString(0)), StoreText.GetTime(r, 1), r.GetString(2))
        );

    /// <summary>Every operator key that a task is routed to, or that an attempt was made with.</summary>
    public IEnumerable<OperatorKey> ReadOperatorKeys() =>
        QueryRows("SELECT operator_key FROM tasks UNION SELECT operator_key FROM attempts ORDER BY 1", r =>
            OperatorKey.FromTrusted(r.GetString(0))
        );

    /// <summary>Iterations of the campaign class in order; empty if the run has no such class.</summary>
    public IEnumerable<IterationRow> ReadIterations() =>
        QueryRows(
            "SELECT iteration, state, tasks, completed, planned_at_utc, analyzed_at_utc FROM iterations ORDER BY iteration",
            r => new IterationRow(
                r.GetInt64(0),
                StoreText.Find(r, 1),
                r.GetInt64(2),
                r.IsDBNull(3) ? null : r.GetInt64(3),
                StoreText.GetTime(r, 4),
                StoreText.FindTime(r, 5)
            )
        );

    /// <summary>All events in order.</summary>
    public IEnumerable<EventRow> ReadEvents() => QueryEvents("1");

    /// <summary>Events of a task in order.</summary>
    public IEnumerable<EventRow> ReadEventsOf(TaskId task) => QueryEvents("task_id = $1", task.Value);

    private IEnumerable<EventRow> QueryEvents(string where, params object?[] values) =>
        QueryRows(
            $"SELECT seq, at_utc, kind, task_id, attempt_id, {StoreText.Limit("actor")}, "
                + $"{StoreText.Limit("details")} FROM events WHERE {where} ORDER BY seq",
            r => new EventRow(
                r.GetInt64(0),
                StoreText.GetTime(r, 1),
                EventKinds.Parse(r.GetString(2)),
                StoreText.FindTask(r, 3),
                StoreText.FindAttempt(r, 4),
                StoreText.Find(r, 5),
                StoreText.Find(r, 6)
            ),
            values
        );

    /// <summary>Reasons why intended attempts are not started yet, as last reported by their operators, by attempt.</summary>
    public IReadOnlyDictionary<AttemptId, string> ReadPostponements() =>
        QueryRows(PostponementEvents.SelectLastReasons, PostponementEvents.ReadReason).ToDictionary();

    /// <summary>Why attempts were given their resources, by attempt, in the order of the choices.</summary>
    public ILookup<AttemptId, string> ReadPlacements() => ReadDetails(EventKinds.AttemptPlaced);

    /// <summary>Recorded warnings by attempt.</summary>
    public ILookup<AttemptId, string> ReadWarnings() => ReadDetails(EventKinds.AttemptWarned);

    /// <summary>All pairs of a task and a task that it depends on.</summary>
    public IEnumerable<(TaskId Task, TaskId DependsOn)> ReadDependencies() =>
        QueryRows(
            "SELECT t.task_id, d.task_id FROM dependencies e JOIN tasks t ON t.seq = e.task_seq JOIN tasks d ON d.seq = e.depends_on_seq "
                + "ORDER BY e.task_seq, e.depends_on_seq",
            r => (TaskId.FromTrusted(r.GetString(0)), TaskId.FromTrusted(r.GetString(1)))
        );

    /// <summary>Dependencies of a task that have not completed.</summary>
    public IEnumerable<TaskRow> ReadOpenDependencies(TaskId task) =>
        QueryTasks(
            $"state <> {StateSql.ToLiterals(TaskState.Completed)} AND seq IN (SELECT depends_on_seq FROM dependencies WHERE task_seq = "
                + $"(SELECT seq FROM tasks WHERE task_id = $1))",
            task.Value
        );

    public void Dispose()
    {
        _snapshot?.Dispose();
        _connection.Dispose();
    }

    private static OutputRow ReadOutput(SqliteDataReader row) =>
        new(AttemptId.FromTrusted(row.GetString(0)), row.GetString(1), StoreText.GetHash(row, 2), row.GetInt64(3));

    private ILookup<AttemptId, string> ReadDetails(EventKind kind) =>
        QueryRows(PostponementEvents.SelectDetails, PostponementEvents.ReadReason, kind.Name).ToLookup(row => row.Key, row => row.Value);

    private IEnumerable<T> QueryRows<T>(string sql, Func<SqliteDataReader, T> read, params object?[] values)
    {
        using var statement = new SqlStatement(_connection, sql, values.Length);
        _timeLimit.Restart();
        SqliteDataReader reader;
        try
        {
            reader = statement.ExecuteReader(_snapshot, values);
        }
        catch (SqliteException e)
        {
            throw StoreConnection.ToProblemException(e, Run.StoreFile);
        }

        using (reader)
        {
            while (MoveNext(reader))
            {
                yield return ParseRow(reader, read);
            }
        }
    }

    private T ParseRow<T>(SqliteDataReader reader, Func<SqliteDataReader, T> read)
    {
        try
        {
            return read(reader);
        }
        catch (Exception e) when (StoreConnection.IsDamage(e))
        {
            throw StoreConnection.CreateDamageException(e, Run.StoreFile);
        }
    }

    // An iterator cannot catch exceptions around its yield, and a damaged page is found only when it is read.
    private bool MoveNext(SqliteDataReader reader)
    {
        _timeLimit.Restart();
        try
        {
            return reader.Read();
        }
        catch (SqliteException e)
        {
            throw StoreConnection.ToProblemException(e, Run.StoreFile);
        }
    }
}
