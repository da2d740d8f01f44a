using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>Requests of people, and amendments of tasks.</content>
internal sealed partial class RunReader
{
    // A task that waits for a person and whose last attempt has ended is held.
    private static readonly string IsHeld =
        $"coalesce(state = {StateSql.ToLiterals(TaskState.WaitingExternal)} AND current_attempt_id IN "
        + "(SELECT attempt_id FROM attempts WHERE attempt_id = tasks.current_attempt_id AND ended_at_utc IS NOT NULL), 0)";

    /// <summary>All amendments, oldest first.</summary>
    public IEnumerable<AmendmentRow> ReadAmendments() => QueryAmendments("1");

    /// <summary>Amendments of a task, oldest first.</summary>
    public IEnumerable<AmendmentRow> ReadAmendmentsOf(TaskId task) => QueryAmendments("task_id = $1", task.Value);

    /// <summary>Requests without an answer, oldest first; the process that drives the run answers them.</summary>
    public IReadOnlyList<RequestRow> ReadQueuedRequests() =>
        QueryRows(
                $"SELECT at_utc, kind, task_id, attempt_id, {StoreText.Limit("actor")} FROM requests "
                    + "WHERE answered_at_utc IS NULL ORDER BY seq",
                r => new RequestRow(
                    StoreText.GetTime(r, 0),
                    RequestKindText.Read(r.GetString(1)),
                    StoreText.FindTask(r, 2),
                    StoreText.FindAttempt(r, 3),
                    r.GetString(4)
                )
            )
            .ToList();

    private IEnumerable<AmendmentRow> QueryAmendments(string where, params object?[] values) =>
        QueryRows(
            $"SELECT at_utc, task_id, attempt_id, {StoreText.Limit("actor")}, {StoreText.Limit("reason")}, changes, previous "
                + $"FROM amendments WHERE {where} ORDER BY seq",
            r => new AmendmentRow(
                StoreText.GetTime(r, 0),
                TaskId.FromTrusted(r.GetString(1)),
                StoreText.FindAttempt(r, 2),
                r.GetString(3),
                StoreText.Find(r, 4),
                r.GetString(5),
                r.GetString(6)
            ),
            values
        );
}
