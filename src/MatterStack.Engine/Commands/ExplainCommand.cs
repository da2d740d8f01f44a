using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Why a run is not finished: each task that keeps it, the reason that was recorded when it was decided, and what to do.</summary>
internal static class ExplainCommand
{
    private const int Shown = 50;
    private static readonly IReadOnlyDictionary<string, string> NonePutOff = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    public static CommandResult Execute(CommandContext context) => context.Guard(() =>
    {
        if (!context.Runs.Find(context.Arguments.RunId).TryGet(out var run, out var problems))
        {
            return context.Fail(problems);
        }

        using var reader = new RunReader(run);
        var wiring = context.Wirings.LoadPersisted(run.Path);
        context.Report(wiring.Problems);
        context.Log.Say(WiringLine.Of(wiring.TryGet(out var found) ? found : null));
        context.Log.Say($"{reader.Row.WorkspaceSlug}: run {run.Id} is {reader.Row.State}{(reader.Row.Reason is { } why ? ": " + why : "")}");

        var ends = reader.Ends();
        if (EndText.OfRun(ends) is { } ending)
        {
            context.Log.Say($"  the run {ending}");
        }

        var items = new List<ReportItem>();
        IReadOnlyList<string> warnings = [];
        if (context.Arguments.TaskId is { } wanted)
        {
            if (!TaskOfRun.Find(reader, wanted).TryGet(out var task, out problems))
            {
                return context.Fail(problems);
            }

            var attempt = AttemptOf(reader, task);
            items.Add(Of(context, reader, ends, task, attempt, task.State == "READY" ? reader.PutOff() : NonePutOff, attempt is null ? null : new WhyItRan(context, reader).Of(task, attempt)));
            warnings = attempt is null ? [] : [.. reader.Warnings()[attempt.AttemptId]];
        }
        else
        {
            items.AddRange(Blocking(context, reader, Shown));
        }

        foreach (var item in items)
        {
            context.Log.Say($"  {item.Identity} {item.Metadata["state"]}: {item.Metadata["reason"]}{(item.Metadata.TryGetValue("remedy", out var remedy) ? $" -> {remedy}" : "")}");
            if (item.Metadata.TryGetValue("cause", out var cause))
            {
                context.Log.Say($"    {cause}");
            }
        }

        foreach (var warning in warnings)
        {
            context.Log.Say($"    warning: {warning}");
        }

        return new CommandResult(true, items);
    });

    /// <summary>What keeps the run from its end; what only waits for these is left out. As many statements for one task as for <paramref name="most"/>.</summary>
    public static IReadOnlyList<ReportItem> Blocking(CommandContext context, RunReader reader, int most)
    {
        var where = reader.State switch
        {
            RunState.Completed => "0",
            RunState.Failed => "state = 'FAILED' AND allow_failure = 0",
            RunState.Pending or RunState.Running or RunState.Paused => "state IN ('RUNNING', 'WAITING_EXTERNAL', 'READY')",
            RunState.Cancelled => "state = 'CANCELLED'",
            _ => throw new InvalidOperationException("No rule for this state"),
        };
        var tasks = reader.Tasks(where).Take(most).ToList();
        var attempts = tasks.Count == 0 ? [] : reader.Attempts($"attempt_id IN (SELECT current_attempt_id FROM tasks WHERE {where} ORDER BY seq LIMIT {tasks.Count})").ToDictionary(a => a.AttemptId);
        // With nothing left to do the campaign has the word; if it could not say what follows, the command that asked it has told why.
        if (tasks.Count == 0 && reader.State is RunState.Pending or RunState.Running && reader.Iterations().LastOrDefault() is { AnalyzedAtUtc: null } over)
        {
            return [ReportItem.Of("campaign", ("state", "OVER"), ("reason", $"iteration {over.Iteration} is over, and the campaign has not yet said what follows"),
                ("remedy", "-t:Step asks it; if it fails, mend the campaign, then give -t:Loop -p:NewRun=true since a run is asked with the program that it was made with"))];
        }

        var putOff = tasks.Exists(task => task is { State: "READY", CurrentAttemptId: not null }) ? reader.PutOff() : NonePutOff;
        var ends = reader.Ends();
        return [.. tasks.Select(task => Of(context, reader, ends, task, task.CurrentAttemptId is null ? null : attempts.GetValueOrDefault(task.CurrentAttemptId), putOff))];
    }

    private static AttemptRow? AttemptOf(RunReader reader, TaskRow task) =>
        task.CurrentAttemptId is null ? null : reader.Attempts("attempt_id = $1", task.CurrentAttemptId).FirstOrDefault();

    private static ReportItem Of(CommandContext context, RunReader reader, IReadOnlyList<EndRow> ends, TaskRow task, AttemptRow? attempt, IReadOnlyDictionary<string, string> putOff, string? cause = null)
    {
        var machine = context.Host.Machine;
        var (reason, remedy) = StateNames.ParseTask(task.State) switch
        {
            TaskState.Pending => (OpenDependencies(reader, task), null),
            TaskState.Ready when task.CurrentAttemptId is { } waiting && putOff.TryGetValue(waiting, out var why) => ($"is put off: {why}", reader.State == RunState.Paused ? "the run is paused: -t:Resume" : "-t:Loop tries it again"),
            TaskState.Ready => (task.Reason is null ? $"can start, and waits for room on {task.OperatorKey}" : $"{task.Reason}; the next waits for room on {task.OperatorKey}",
                reader.State == RunState.Paused ? "the run is paused: -t:Resume" : "-t:Step or -t:Loop starts it as soon as there is room"),
            TaskState.Running when ProcessIdentity.TryParse(attempt?.ExternalId) is { } process && process.Place.WhyNotSeenFrom(machine) is { } elsewhere => (
                $"is under way{(process.IsKnown ? $" as process {process.Pid}" : "")}, or was; that {elsewhere}, and nothing can be seen of it from here",
                process.Place.WayOutFrom(machine)),
            // In a queue, or suspended there: in the words of whoever has it.
            TaskState.Running when task.Reason is not null => (task.Reason, "-t:Loop waits for its end"),
            TaskState.Running => ($"is under way on {task.OperatorKey} as {attempt?.ExternalId} since {attempt?.SubmittedAtUtc}", "-t:Loop waits for its end"),
            TaskState.WaitingExternal => (task.Reason ?? "waits", RespondHint.For(context, reader, task)),
            TaskState.Failed => (task.Reason ?? "failed", attempt is not null && AttemptLog.Of(reader.Run, attempt.RelativePath) is { } log ? $"look at {log}" : null),
            TaskState.Completed => ("is completed" + (attempt?.Reason is { } known ? ": " + known : ""), null),
            TaskState.Cancelled or TaskState.Skipped => (task.Reason ?? task.State, (string?)null),
            _ => throw new InvalidOperationException($"No rule for {task.State}"),
        };
        if (ends.FirstOrDefault(e => e.AttemptId is not null && e.AttemptId == task.CurrentAttemptId) is { } end)
        {
            (reason, remedy) = ($"{EndText.OfAttempt(end)}; {reason}", EndText.WayOut(end));
        }

        return ReportItem.Of(task.TaskId, ("task_id", task.TaskId), ("state", task.State), ("reason", reason), ("remedy", remedy),
            ("operator_key", task.OperatorKey), ("current_attempt_id", task.CurrentAttemptId), ("cause", cause), ("cached_from", attempt?.CachedFrom));
    }

    private static string OpenDependencies(RunReader reader, TaskRow task)
    {
        var open = reader.OpenDependencies(task.TaskId).ToList();
        return "waits for " + string.Join(", ", open.Take(5).Select(d => $"{d.TaskId} ({d.State})")) + (open.Count > 5 ? $" and {open.Count - 5} more" : "");
    }
}
