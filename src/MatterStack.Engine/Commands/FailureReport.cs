using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Why a run failed: its failed tasks, their reasons, and where their logs are.</summary>
internal static class FailureReport
{
    private const int Shown = 10;
    private const int TailLines = 5;

    public static void Write(CommandContext context, RunReader reader)
    {
        var run = reader.Run;
        var logs = context.LogsOf(run, context.Wirings.LoadPersisted(run.Path).TryGet(out var wiring) ? wiring : null);
        foreach (var task in reader.Tasks("state = 'FAILED' AND allow_failure = 0").Take(Shown))
        {
            var attempt = task.CurrentAttemptId is null ? null : reader.Attempts("attempt_id = $1", task.CurrentAttemptId).FirstOrDefault();
            var log = attempt is null ? null : AttemptLog.Of(run, attempt.RelativePath);
            var tail = attempt is null ? new LogEnd([], null) : logs.Of($"{attempt.RelativePath}/{(log is null ? "stderr.log" : Path.GetFileName(log))}", TailLines);
            context.Log.Report(new Problem(RunCodes.TaskFailed,
                $"Task '{task.TaskId}' failed: {task.Reason}" + (tail.Lines.Count > 0 ? "; it said: " + string.Join(" | ", tail.Lines) : tail.Refused is { } why ? "; " + why : ""),
                log is null ? "" : $"Log: {log}", log is null ? null : new SourcePosition(log)));
        }

        context.Log.Report(new Problem(RunCodes.RunFailed, $"Run {run.Id} is FAILED: {reader.Row.Reason}",
            "Where the campaign was wrong, mend it and give -t:Loop again, which begins a new run; where something else was, mend that, give -t:Revive and then -t:Loop.", null));
    }
}
