using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Store;

/// <content>Selections of tasks.</content>
internal sealed partial class RunReader
{
    /// <summary>Reads what selections can ask of each task, in the order of declaration.</summary>
    public IReadOnlyList<SelectableTask> ReadSelectableTasks() =>
        [
            .. QueryRows(
                """
                SELECT t.task_id, t.state, t.operator_key, t.iteration,
                    CASE WHEN a.ended_at_utc IS NULL THEN json_extract(t.history, '$.cause') ELSE a.end_cause END
                FROM tasks t LEFT JOIN attempts a ON a.attempt_id = t.current_attempt_id ORDER BY t.seq
                """,
                static row => new SelectableTask(
                    TaskId.FromTrusted(row.GetString(0)),
                    StateText.ParseTaskState(row.GetString(1)),
                    row.IsDBNull(4) ? null : row.GetString(4),
                    OperatorKey.FromTrusted(row.GetString(2)),
                    row.GetInt32(3)
                )
            ),
        ];

    /// <summary>Finds the tasks of a selection, in the order of declaration. A selection without tasks is a problem that names near
    /// misses.</summary>
    public Result<IReadOnlyList<TaskId>> SelectTasks(TaskSelection selection)
    {
        var tasks = ReadSelectableTasks();
        return selection.FindTasks(tasks).MapValue(IReadOnlyList<TaskId> (found) => [.. found.Select(index => tasks[index].Id)]);
    }
}
