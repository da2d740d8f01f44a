using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>A task that a person names.</summary>
internal static class TaskOfRun
{
    /// <summary>The task, or which id may have been meant.</summary>
    public static Result<TaskRow> Find(RunReader reader, string wanted)
    {
        if (reader.Tasks("task_id = $1", wanted).FirstOrDefault() is { } task)
        {
            return task;
        }

        var near = Nearest.To(wanted, reader.Tasks().Select(t => t.TaskId));
        return new Problem(RunCodes.NoSuchTask, $"Run {reader.Row.RunId} has no task '{wanted}'", near is null ? RunCodes.NoSuchTask.Remedy : $"Did you mean '{near}'?");
    }
}
