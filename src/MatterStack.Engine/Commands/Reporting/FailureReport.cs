using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Reports why a run failed: its failed tasks, their reasons and their logs.</summary>
internal static class FailureReport
{
    private const int MaxShown = 10;
    private const int TailLines = 5;

    /// <summary>Reports the failed tasks of a run.</summary>
    /// <param name="context">Workspace and log.</param>
    /// <param name="reader">The run.</param>
    /// <param name="selected">Only these tasks, which failed while others are left; null: all, and the run has failed.</param>
    public static void ReportFailures(CommandContext context, RunReader reader, IReadOnlySet<TaskId>? selected = null)
    {
        var run = reader.Run;
        var logs = context.OpenLogs(run, context.Wirings.LoadPersisted(run.Path).TryGet(out var wiring) ? wiring : null);
        foreach (var task in reader.ReadFailedTasks(blockingOnly: true).Where(IsReported).Take(MaxShown))
        {
            var attempt = task.CurrentAttemptId is { } current ? reader.FindAttempt(current) : null;
            var log = attempt is null ? null : AttemptLog.FindLog(run, attempt.RelativePath);
            var tail = attempt is null
                ? new LogEnd([], null)
                : logs.ReadLastLines(
                    $"{attempt.RelativePath}/{(log is null ? AttemptLayout.StderrFile : Path.GetFileName(log))}",
                    TailLines
                );
            context.Log.Report(
                new Problem(
                    RunCodes.TaskFailed,
                    $"Task '{task.TaskId}' failed: {task.Reason}"
                        + (
                            tail.Lines.Count > 0 ? "; its last lines: " + string.Join(" | ", tail.Lines)
                            : tail.RefusalReason is { } why ? "; " + why
                            : ""
                        ),
                    log is null ? "" : $"Log: {log}",
                    log is null ? null : new SourcePosition(log)
                )
            );
        }

        if (selected is not null)
        {
            context.Log.Report(
                new Problem(
                    RunCodes.RunFailed,
                    $"{CountText.FormatCount(selected.Count, "selected task")} of run {run.Id} failed or "
                        + $"{(selected.Count == 1 ? "was" : "were")} cancelled",
                    "If something outside was wrong, fix it and give -t:Rerun -p:Select=state=FAILED -p:Confirm=true, then -t:Loop. "
                        + "-t:Loop without Select goes on with the rest."
                )
            );
            return;
        }

        context.Log.Report(
            new Problem(
                RunCodes.RunFailed,
                $"Run {run.Id} is FAILED: {reader.RunRow.Reason}",
                "If the campaign is wrong, fix it and give -t:Loop, which starts a new run. If something else is wrong, "
                    + "fix that and give -t:Revive, then -t:Loop.",
                null
            )
        );

        bool IsReported(TaskRow task) => selected is null || selected.Contains(task.TaskId);
    }
}
