using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Tasks of a request with <c>Select</c>. A request about several tasks is only shown until the user confirms it.</summary>
internal static class SelectedRequest
{
    private const int MaxShown = 50;

    /// <summary>Adds the selected tasks to a request.</summary>
    /// <param name="context">Arguments of the command.</param>
    /// <param name="run">The run.</param>
    /// <param name="request">The request without tasks: <c>Rerun</c> or <c>CancelAttempt</c>.</param>
    /// <param name="selection">The selection.</param>
    /// <param name="shown">The result of a command that only shows the tasks; null if the request is to be made.</param>
    public static Result<RunRequest> AddTasks(
        CommandContext context,
        RunFolder run,
        RunRequest request,
        TaskSelection selection,
        out CommandResult? shown
    )
    {
        shown = null;
        using var reader = new RunReader(run);
        if (!reader.SelectTasks(selection).TryGet(out var tasks, out var problems))
        {
            return Result<RunRequest>.Fail(problems);
        }

        var wanted = tasks.ToHashSet();
        var live = reader.ReadLiveAttempts().Where(attempt => wanted.Contains(attempt.TaskId)).ToDictionary(attempt => attempt.TaskId);
        if (request.Kind == RequestKind.CancelAttempt)
        {
            tasks = [.. tasks.Where(live.ContainsKey)];
            if (tasks.Count == 0)
            {
                return new Problem(
                    RunCodes.InvalidArgument,
                    $"None of the tasks of Select='{selection}' has a live attempt",
                    "-t:Status lists the live attempts."
                );
            }
        }

        if (tasks is [var only])
        {
            return request.Kind == RequestKind.CancelAttempt
                ? request with
                {
                    Attempt = live[only].AttemptId,
                }
                : request with
                {
                    Task = only,
                };
        }

        if (!context.Arguments.Confirm)
        {
            shown = ShowTasks(
                context,
                reader,
                tasks,
                $"{request.Kind.ToText()} would change these {CountText.FormatCount(tasks.Count, "task")}"
            );
        }

        return request with
        {
            Tasks = tasks,
        };
    }

    /// <summary>Shows the tasks that a command would change.</summary>
    /// <param name="context">Log of the command.</param>
    /// <param name="reader">The run.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="message">What would happen to them.</param>
    public static CommandResult ShowTasks(CommandContext context, RunReader reader, IReadOnlyList<TaskId> tasks, string message)
    {
        var wanted = tasks.ToHashSet();
        var rows = reader.ReadTasks().Where(row => wanted.Contains(row.TaskId)).ToList();
        foreach (var row in rows.Take(MaxShown))
        {
            context.Log.Info($"  {row.TaskId} {row.State.ToText()}{(row.Reason is { } reason ? ": " + reason : "")}");
        }

        if (rows.Count > MaxShown)
        {
            context.Log.Info($"  and {rows.Count - MaxShown} more");
        }

        context.Log.Info($"{context.Workspace.Slug}: run {reader.Run.Id}: {message}; nothing is changed. -p:Confirm=true does it");
        return new CommandResult(
            true,
            [
                .. rows.Select(row =>
                    ReportItem.Create(
                        row.TaskId.Value,
                        ("task_id", row.TaskId),
                        ("run_id", reader.RunRow.RunId),
                        ("state", row.State.ToText()),
                        ("reason", row.Reason),
                        ("operator_key", row.OperatorKey),
                        ("current_attempt_id", row.CurrentAttemptId),
                        ("confirmed", "false")
                    )
                ),
            ]
        );
    }
}
