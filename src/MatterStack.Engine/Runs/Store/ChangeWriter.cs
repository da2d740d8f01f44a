using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Writes the planner's changes into a run's store: the last state of each task, every state of an attempt, and every
/// event.</summary>
/// <param name="connection">The store.</param>
/// <param name="fingerprinter">Computes the fingerprints of intended attempts from the rows written so far.</param>
internal sealed class ChangeWriter(SqliteConnection connection, AttemptFingerprinter fingerprinter) : IDisposable
{
    private readonly SqlStatement _insertAttempt = new(
        connection,
        $"""
        INSERT INTO attempts (attempt_id, task_id, attempt_index, state, operator_key, wiring_sha256, operator_sha256, created_at_utc, relative_path)
        VALUES ($1, $2, $3, '{AttemptStatus.Created.ToText()}', $4, $5, $6, $7, $8)
        """,
        8
    );

    private readonly SqlStatement _updateAttempt = new(
        connection,
        "UPDATE attempts SET state = $2, external_id = coalesce($3, external_id), submitted_at_utc = coalesce(submitted_at_utc, $4), "
            + "waiting_for = $5 WHERE attempt_id = $1",
        5
    );
    private readonly SqlStatement _endAttempt = new(
        connection,
        "UPDATE attempts SET state = $2, reason = $3, exit_code = $4, ended_at_utc = $5, results = $6, cached_from = $7, "
            + $"end_cause = $8, not_carried = $9, node = coalesce($10, node), {UsageTable.FormatColumns(first: 11)} WHERE attempt_id = $1",
        10 + UsageTable.ColumnCount
    );
    private readonly SqlStatement _updateGiven = new(connection, "UPDATE attempts SET given = $2 WHERE attempt_id = $1", 2);
    private readonly SqlStatement _insertOutput = new(
        connection,
        "INSERT OR REPLACE INTO outputs (attempt_id, path, sha256, size) VALUES ($1, $2, $3, $4)",
        4
    );
    private readonly SqlStatement _updateTask = new(
        connection,
        "UPDATE tasks SET state = $2, reason = $3, attempts = $4, current_attempt_id = coalesce($5, current_attempt_id), "
            + "anew = $6 WHERE seq = $1",
        6
    );
    private readonly SqlStatement _updateHistory = new(connection, "UPDATE tasks SET history = $2 WHERE seq = $1", 2);
    private readonly SqlStatement _updateBaseline = new(connection, "UPDATE runs SET failed_before = $1, ended_before = $2", 2);
    private readonly SqlStatement _updateSelection = new(connection, "UPDATE runs SET selection = $1", 1);
    private readonly SqlStatement _updateCurrentAttempt = new(
        connection,
        "UPDATE tasks SET attempts = $2, current_attempt_id = $3 WHERE seq = $1",
        3
    );
    private readonly SqlStatement _insertFingerprint = new(
        connection,
        "INSERT INTO fingerprints (attempt_id, fingerprint, parts, looked_up) VALUES ($1, $2, $3, $4)",
        4
    );
    private readonly SqlStatement _updateOrigin = new(connection, "UPDATE fingerprints SET origin = $2 WHERE attempt_id = $1", 2);
    private readonly AttemptCodeTable _codes = new(connection);
    private readonly CarriedFileTable _carried = new(connection);
    private readonly AmendmentTable _amendments = new(connection);
    private readonly SqlStatement _updateRun = new(connection, "UPDATE runs SET state = $1, reason = $2, ended_at_utc = $3", 3);
    private readonly SqlStatement _reopenPublished = new(connection, PublishedTable.ReopenSql, 0);
    private readonly SqlStatement _answerRequest = new(
        connection,
        "UPDATE requests SET answered_at_utc = $2, done = $3, answer = $4 WHERE seq = $1",
        4
    );
    private readonly SqlStatement _insertEvent = new(
        connection,
        "INSERT INTO events (at_utc, kind, task_id, attempt_id, actor, details) VALUES ($1, $2, $3, $4, $5, $6)",
        6
    );

    /// <summary>Writes changes.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="model">The run after the changes.</param>
    /// <param name="fingerprintLimits">Limits of the wiring; null: only fingerprints of cache hits are written.</param>
    /// <param name="transaction">Receives the rows.</param>
    public void WriteChanges(IReadOnlyList<Change> changes, RunModel model, WiringLimits? fingerprintLimits, SqliteTransaction transaction)
    {
        var tasks = new Dictionary<int, (Change.TaskMoved Last, string? Attempt)>();
        foreach (var change in changes)
        {
            switch (change)
            {
                case Change.Intended intended:
                    InsertAttempt(intended.Attempt, model, transaction);
                    _codes.AddCodes(intended.Attempt, transaction);
                    var seq = intended.Attempt.Task.Position;
                    var files = _carried.AddCarried(intended.Attempt, tasks.GetValueOrDefault(seq).Attempt, transaction);
                    tasks[seq] = (tasks.GetValueOrDefault(seq).Last, intended.Attempt.Id.Value);
                    InsertEvent(
                        transaction,
                        intended.Attempt.CreatedAt,
                        EventKinds.AttemptCreated,
                        intended.Attempt.Task.Id,
                        intended.Attempt.Id,
                        null,
                        null
                    );
                    if (files is not null)
                    {
                        var at = intended.Attempt.CreatedAt;
                        InsertEvent(transaction, at, EventKinds.AttemptCarries, intended.Attempt.Task.Id, intended.Attempt.Id, null, files);
                    }

                    break;
                case Change.AttemptMoved moved:
                    UpdateAttempt(moved, transaction);
                    break;
                case Change.ResourcesGiven placed:
                    _updateGiven.ExecuteNonQuery(transaction, placed.Attempt.Id.Value, placed.Given.ToJson());
                    InsertEvent(
                        transaction,
                        placed.At,
                        EventKinds.AttemptPlaced,
                        placed.Attempt.Task.Id,
                        placed.Attempt.Id,
                        null,
                        placed.Reason
                    );
                    break;
                case Change.UsageRecorded recorded:
                    UsageTable.RecordUsage(connection, recorded, transaction);
                    break;
                case Change.TaskMoved moved:
                    tasks[moved.Task.Position] = (moved, tasks.GetValueOrDefault(moved.Task.Position).Attempt);
                    // Other moves of a task follow from an event of its attempt.
                    if (
                        moved.To is TaskState.Skipped or TaskState.Failed or TaskState.Cancelled
                        || (moved.To == TaskState.Ready && moved.From != TaskState.Pending)
                    )
                    {
                        InsertEvent(transaction, moved.At, EventKinds.GetKind(moved.To), moved.Task.Id, null, null, moved.Reason);
                    }

                    break;
                case Change.TaskAmended amended:
                    _amendments.Record(amended, tasks.GetValueOrDefault(amended.Task.Position).Attempt, transaction);
                    InsertEvent(
                        transaction,
                        amended.At,
                        EventKinds.TaskAmended,
                        amended.Task.Id,
                        amended.Attempt,
                        amended.Actor,
                        AmendmentTable.DescribeChange(amended)
                    );
                    break;
                case Change.RunSelected selected:
                    _updateSelection.ExecuteNonQuery(transaction, selected.Selection);
                    InsertEvent(transaction, selected.At, EventKinds.RunSelected, null, null, selected.Actor, selected.Description);
                    break;
                case Change.FailuresCounted { Baseline: var baseline }:
                    _updateBaseline.ExecuteNonQuery(transaction, (long)baseline.Failed, (long)baseline.Ended);
                    break;
                case Change.HistoryChanged { Task: var remembered }:
                    _updateHistory.ExecuteNonQuery(transaction, (long)remembered.Position, remembered.History?.ToJson());
                    break;
                case Change.RunMoved moved:
                    _updateRun.ExecuteNonQuery(transaction, moved.To.ToText(), moved.Reason, moved.To.IsEnd() ? moved.At.ToText() : null);
                    if (moved.To.IsEnd())
                    {
                        EndTable.RecordEndReached(connection, null, moved.At, transaction);
                    }

                    InsertEvent(transaction, moved.At, EventKinds.GetKind(moved.To), null, null, null, moved.Reason);
                    break;
                case Change.IterationEnded over:
                    InsertEvent(
                        transaction,
                        over.At,
                        EventKinds.IterationEnded,
                        null,
                        null,
                        null,
                        IterationWriter.WriteIteration(connection, over, transaction)
                    );
                    break;
                case Change.EndRequested asked:
                    EndTable.RecordEnd(connection, asked, transaction);
                    break;
                case Change.RunAnnotated annotated:
                    AnnotationTable.Record(connection, annotated, transaction);
                    break;
                case Change.EndDropped { Attempt: var going }:
                    EndTable.RemoveEnd(connection, going.Id, transaction);
                    break;
                case Change.RequestAnswered answered:
                    _answerRequest.ExecuteNonQuery(
                        transaction,
                        answered.RequestId,
                        answered.At.ToText(),
                        answered.Answer.IsGranted ? 1L : 0L,
                        answered.Answer.Text
                    );
                    break;
                case Change.DriverChanged changed:
                    DriverTable.Record(connection, changed, transaction);
                    break;
                case Change.HookDue due:
                    HookTable.AddEvent(connection, due, transaction);
                    break;
                case Change.HookDeliveryTried tried:
                    HookTable.RecordOutcome(connection, tried, transaction);
                    break;
                case Change.EventRecorded noted:
                    InsertEvent(transaction, noted.At, noted.Kind, noted.Task, noted.Attempt, noted.Actor, noted.Details);
                    break;
                default:
                    throw new InvalidOperationException($"No rule for {change.GetType().Name}");
            }
        }

        foreach (var (seq, (last, attempt)) in tasks)
        {
            if (last is null)
            {
                _updateCurrentAttempt.ExecuteNonQuery(transaction, (long)seq, (long)model.Tasks[seq].AttemptCount, attempt);
            }
            else
            {
                _updateTask.ExecuteNonQuery(
                    transaction,
                    (long)seq,
                    last.To.ToText(),
                    last.Reason,
                    (long)last.Task.AttemptCount,
                    attempt,
                    last.Task.MustRecompute ? 1L : 0L
                );
            }
        }

        if (changes.Any(static change => change is Change.RunMoved { To: RunState.Completed }))
        {
            _reopenPublished.ExecuteNonQuery(transaction);
        }

        // Last, because the outputs of dependencies may have been written in this transaction.
        foreach (var intended in changes.OfType<Change.Intended>().Where(i => i.Attempt.Task.IsCacheable))
        {
            var attempt = intended.Attempt;
            var computed =
                attempt.Fingerprint is null && fingerprintLimits is not null
                    ? fingerprinter.BuildRecord(attempt, fingerprintLimits, transaction)
                    : null;
            if ((attempt.Fingerprint ?? computed) is { } known)
            {
                _insertFingerprint.ExecuteNonQuery(transaction, attempt.Id.Value, known.Sha256, known.Parts, known.CacheLookup.ToText());
            }
        }
    }

    public void InsertEvent(
        SqliteTransaction transaction,
        DateTimeOffset at,
        EventKind kind,
        TaskId? task,
        AttemptId? attempt,
        string? actor,
        string? details
    ) => _insertEvent.ExecuteNonQuery(transaction, at.ToText(), kind.Name, task?.Value, attempt?.Value, actor, details);

    public void Dispose()
    {
        _codes.Dispose();
        _carried.Dispose();
        _amendments.Dispose();
        foreach (
            var statement in new[]
            {
                _insertAttempt,
                _updateAttempt,
                _endAttempt,
                _updateGiven,
                _insertOutput,
                _updateTask,
                _updateHistory,
                _updateBaseline,
                _updateSelection,
                _updateCurrentAttempt,
                _insertFingerprint,
                _updateOrigin,
                _updateRun,
                _reopenPublished,
                _answerRequest,
                _insertEvent,
            }
        )
        {
            statement.Dispose();
        }
    }

    private void InsertAttempt(LiveAttempt attempt, RunModel model, SqliteTransaction transaction) =>
        _insertAttempt.ExecuteNonQuery(
            transaction,
            attempt.Id.Value,
            attempt.Task.Id.Value,
            (long)attempt.Index,
            model.Keys[attempt.KeyIndex].Value,
            attempt.WiringHash.Hex,
            attempt.OperatorHash.Hex,
            attempt.CreatedAt.ToText(),
            attempt.RelativePath
        );

    private void UpdateAttempt(Change.AttemptMoved moved, SqliteTransaction transaction)
    {
        var id = moved.Attempt.Id.Value;
        switch (moved.State)
        {
            case AttemptState.Created:
                break;
            case AttemptState.Submitted submitted:
                _updateAttempt.ExecuteNonQuery(transaction, id, moved.State.Status.ToText(), submitted.ExternalId, moved.At.ToText(), null);
                break;
            case AttemptState.Running running:
                _updateAttempt.ExecuteNonQuery(transaction, id, moved.State.Status.ToText(), running.ExternalId, moved.At.ToText(), null);
                break;
            case AttemptState.WaitingExternal waiting:
                _updateAttempt.ExecuteNonQuery(
                    transaction,
                    id,
                    moved.State.Status.ToText(),
                    waiting.ExternalId,
                    moved.At.ToText(),
                    waiting.WaitingFor
                );
                break;
            case AttemptState.Ended ended:
                var usage = UsageTable.GetUsage(moved.Attempt, moved.End);
                _endAttempt.ExecuteNonQuery(
                    transaction,
                    id,
                    moved.State.Status.ToText(),
                    ended.Reason,
                    (long?)ended.ExitCode,
                    moved.At.ToText(),
                    moved.End?.ResultsJson,
                    moved.End?.CachedResult?.CachedFrom,
                    ended.CauseText,
                    moved.End?.NotCarriedReason,
                    moved.End?.Node,
                    usage.StartedAt?.ToText(),
                    UsageTable.ToSeconds(usage.QueueTime),
                    UsageTable.ToSeconds(usage.WallTime),
                    UsageTable.ToSeconds(usage.CpuTime),
                    UsageTable.ToCount(usage.PeakMemoryBytes),
                    usage.Source.ToText(),
                    usage.Note
                );
                if (moved.Attempt.EndRequest is not null)
                {
                    EndTable.RecordEndReached(connection, moved.Attempt.Id, moved.At, transaction);
                }

                if (moved.End?.CachedResult is { } cached)
                {
                    _updateOrigin.ExecuteNonQuery(transaction, id, cached.Origin);
                }

                _carried.RecordEnd(moved.Attempt, ended, moved.End, transaction);
                _codes.RecordVersions(moved.Attempt.Id, moved.End?.CodeVersions ?? [], transaction);
                foreach (var output in moved.End?.Outputs ?? [])
                {
                    _insertOutput.ExecuteNonQuery(transaction, id, output.Path, output.Hash.Hex, output.Size);
                }

                break;
            default:
                throw new InvalidOperationException($"No rule for {moved.State.Status.ToText()}");
        }

        InsertEvent(
            transaction,
            moved.At,
            EventKinds.GetKind(moved.State.Status),
            moved.Attempt.Task.Id,
            moved.Attempt.Id,
            null,
            moved.State switch
            {
                AttemptState.Ended ended => ended.Reason ?? moved.End?.CachedResult?.Description,
                AttemptState.WaitingExternal waiting => waiting.WaitingFor,
                _ => null,
            }
        );
    }
}
