using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Finds the task that a user names.</summary>
internal static class TaskLookup
{
    /// <summary>Finds the task; the error suggests the nearest id.</summary>
    public static Result<TaskRow> FindTask(RunReader reader, string wanted)
    {
        if (reader.FindTask(TaskId.FromTrusted(wanted)) is { } task)
        {
            return task;
        }

        var near = SpellingSuggestion.FindNearest(wanted, reader.ReadTasks().Select(t => t.TaskId.Value));
        return new Problem(
            RunCodes.NoSuchTask,
            $"Run {reader.RunRow.RunId} has no task '{wanted}'",
            near is null ? RunCodes.NoSuchTask.Remedy : $"Did you mean '{near}'?"
        );
    }
}
