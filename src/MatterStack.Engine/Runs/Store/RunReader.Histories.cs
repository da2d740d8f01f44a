using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <content>Histories of tasks.</content>
internal sealed partial class RunReader
{
    /// <summary>Histories of the tasks that have one, with their states, in the order of their declaration.</summary>
    /// <exception cref="FormatException">A history is damaged.</exception>
    public IReadOnlyList<(TaskId Task, TaskState State, TaskHistory History)> ReadHistories() =>
        [
            .. QueryRows("SELECT task_id, state, history FROM tasks WHERE history IS NOT NULL ORDER BY seq", static row =>
                (TaskId.FromTrusted(row.GetString(0)), StateText.ParseTaskState(row.GetString(1)), TaskHistory.Parse(row.GetString(2)))
            ),
        ];

    /// <summary>Ready tasks whose next attempt may begin later only, with its time.</summary>
    /// <param name="now">The time, UTC.</param>
    public IReadOnlyList<(TaskId Task, DateTimeOffset NotBefore)> ReadDelayedTasks(DateTimeOffset now) =>
        [
            .. ReadHistories()
                .Where(row => row.State == TaskState.Ready && row.History.NotBefore > now)
                .Select(static row => (row.Task, row.History.NotBefore!.Value))
                .OrderBy(static row => row.Value),
        ];
}
