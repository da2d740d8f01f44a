using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Logs;

/// <summary>Finds the attempt that a person wants to look into: one.</summary>
internal static class LogSubject
{
    private const int MaxNamed = 10;

    /// <summary>Finds the attempt of <c>AttemptId</c>; or the current attempt of the task that <c>TaskId</c> or <c>Select</c> names; or the
    /// only attempt that has not ended. Null: the task has no attempt yet.</summary>
    public static Result<(TaskRow Task, AttemptRow? Attempt)> FindAttempt(CommandContext context, RunReader reader)
    {
        if (context.Arguments.AttemptId is { } given)
        {
            return context.Arguments is { TaskId: null, Select: null }
                ? FindById(reader, given)
                : SelectedTasks.CreateBothGiven(context.Arguments.TaskId is null ? "AttemptId" : "TaskId") with
                {
                    Message = "Both AttemptId and a task are given",
                };
        }

        if (!SelectedTasks.FindTasks(context, reader).TryGet(out var selected, out var problems))
        {
            return Result<(TaskRow, AttemptRow?)>.Fail(problems);
        }

        if (selected is { Count: 1 } && reader.FindTask(selected.First()) is { } task)
        {
            return (
                task,
                task.CurrentAttemptId is { } current ? reader.FindAttempt(current) : reader.ReadAttemptsOf(task.TaskId).LastOrDefault()
            );
        }

        var live = reader.ReadLiveAttempts().Where(attempt => selected?.Contains(attempt.TaskId) != false).ToList();
        return live.Count == 1 && reader.FindTask(live[0].TaskId) is { } only ? (only, live[0]) : CreateSeveral(selected, live);
    }

    private static Result<(TaskRow Task, AttemptRow? Attempt)> FindById(RunReader reader, string given) =>
        AttemptId.TryParse(given, out var id) && reader.FindAttempt(id) is { } attempt && reader.FindTask(attempt.TaskId) is { } task
            ? (task, attempt)
            : new Problem(
                RunCodes.InvalidArgument,
                $"Run {reader.RunRow.RunId} has no attempt '{given}'",
                "-t:Attempts lists the attempts with their ids."
            );

    private static Problem CreateSeveral(IReadOnlySet<TaskId>? selected, List<AttemptRow> live) =>
        new(
            RunCodes.InvalidArgument,
            live.Count == 0
                ? (
                    selected is null
                        ? "No attempt is active, and Logs was given no task"
                        : $"Logs shows one attempt, and {CountText.FormatCount(selected.Count, "task is", "tasks are")} selected"
                )
                : $"Logs shows one attempt, and {CountText.FormatCount(live.Count, "attempt is", "attempts are")} active: "
                    + string.Join(", ", live.Take(MaxNamed).Select(static attempt => $"{attempt.TaskId} ({attempt.State.ToText()})"))
                    + (live.Count > MaxNamed ? $" and {live.Count - MaxNamed} more" : ""),
            "Name one task with -p:TaskId=…, or an attempt with -p:AttemptId=…; -t:Attempts lists them."
        );
}
