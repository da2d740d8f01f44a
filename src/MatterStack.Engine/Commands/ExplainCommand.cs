using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Cache;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring.Codes;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands;

/// <summary>Explains why a run is not finished: each blocking task, the reason that was recorded with the decision, and a remedy.</summary>
internal static class ExplainCommand
{
    private const int MaxShown = 50;

    // State of the campaign class in place of a task.
    private const string IterationOver = "OVER";

    private static readonly IReadOnlyDictionary<AttemptId, string> NoPostponements = System
        .Collections
        .ObjectModel
        .ReadOnlyDictionary<AttemptId, string>
        .Empty;

    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            using var reader = new RunReader(run);
            var wiring = context.Wirings.LoadPersisted(run.Path);
            context.ReportProblems(wiring.Problems);
            context.Log.Info(WiringText.Describe(wiring.TryGet(out var found) ? found : null));
            context.Log.Info(
                $"{reader.RunRow.WorkspaceSlug}: run {run.Id} is {reader.RunRow.State.ToText()}"
                    + $"{(reader.RunRow.Reason is { } why ? ": " + why : "")}"
            );

            var ends = reader.ReadOpenEnds();
            if (RequestedEndText.DescribeRun(ends) is { } ending)
            {
                context.Log.Info($"  the run {ending}");
            }

            if (RunPublishing.Describe(reader) is { } published)
            {
                context.Log.Info("  " + published);
            }

            var items = new List<TaskExplanation>();
            IReadOnlyList<string> warnings = [];
            List<string> notes = [];
            if (!SelectedTasks.FindTasks(context, reader).TryGet(out var selected, out var problems))
            {
                return context.ReportFailure(problems);
            }

            if (selected is { Count: 1 } && reader.FindTask(selected.First()) is { } task)
            {
                var attempt = FindCurrentAttempt(reader, task);
                items.Add(
                    ExplainTask(
                        context,
                        reader,
                        ends,
                        task,
                        attempt,
                        task.State == TaskState.Ready ? reader.ReadPostponements() : NoPostponements,
                        new CapacityExplanation(context, reader),
                        new SelectionExplanation(reader),
                        attempt is null
                            ? null
                            : new CacheMissExplanation(reader, context.Runs, context.Workspace.Cache, context.Host.Disk).Explain(
                                task,
                                attempt
                            )
                    )
                );
                if (DescribeShape(context, reader, task, found) is { } shape)
                {
                    notes.Add("asks for " + shape);
                }

                notes.AddRange(found is null ? [] : ExplainCodes(context, reader, found, task));
                notes.AddRange(attempt is null ? [] : reader.ReadPlacements()[attempt.AttemptId]);
                if (attempt is not null && UsageHint.Describe(reader, attempt) is { } used)
                {
                    notes.Add(used);
                }

                notes.AddRange(TaskStory.DescribeDecisions(reader, task));
                notes.AddRange(RunPublishing.DescribeTask(reader, task.TaskId));
                notes.AddRange(attempt is null ? [] : DescribeMonitor(context, reader, found, attempt));
                warnings = attempt is null ? [] : [.. reader.ReadWarnings()[attempt.AttemptId]];
            }
            else if (selected is not null)
            {
                items.AddRange(ExplainSelected(context, reader, selected));
            }
            else
            {
                items.AddRange(FindBlocking(context, reader, MaxShown));
            }

            foreach (var item in items.Take(MaxShown))
            {
                context.Log.Info(
                    $"  {item.Id} {item.State?.ToText() ?? IterationOver}: {item.Reason}{(item.Remedy is null ? "" : $" -> {item.Remedy}")}"
                );
                if (item.Cause is not null)
                {
                    context.Log.Info($"    {item.Cause}");
                }
            }

            if (items.Count > MaxShown)
            {
                context.Log.Info($"  and {items.Count - MaxShown} more");
            }

            foreach (var note in notes)
            {
                context.Log.Info($"    {note}");
            }

            foreach (var warning in warnings)
            {
                context.Log.Info($"    warning: {warning}");
            }

            return new CommandResult(true, [.. items.Select(item => item.Item)]);
        });

    /// <summary>Lists the tasks that keep the run from its end. Tasks that only wait for these are left out. The number of SQL statements
    /// does not depend on <paramref name="most"/>.</summary>
    /// <param name="context">Workspace and log.</param>
    /// <param name="reader">The run.</param>
    /// <param name="most">Maximum number of tasks.</param>
    /// <param name="withCapacity">Whether to say what ready tasks wait for. It reads the whole run.</param>
    public static IReadOnlyList<TaskExplanation> FindBlocking(CommandContext context, RunReader reader, int most, bool withCapacity = true)
    {
        var tasks = reader.ReadBlockingTasks(most).ToList();
        var attempts = tasks.Count == 0 ? [] : reader.ReadAttemptsOfBlockingTasks(most).ToDictionary(a => a.AttemptId);
        var selection = new SelectionExplanation(reader);
        // All tasks are done, so the campaign class decides what follows. If it failed, the command that called it has reported why.
        if (
            tasks.Count == 0
            && reader.State is RunState.Pending or RunState.Running
            && !selection.HasRest
            && reader.ReadIterations().LastOrDefault() is { AnalyzedAt: null } over
        )
        {
            var reason = $"iteration {over.Iteration} is over, and the campaign class has not decided what follows";
            const string remedy =
                "-t:Step calls it. If it fails, fix the campaign and give -t:Loop -p:NewRun=true: "
                + "a run always calls the program that it was created with";
            return
            [
                new TaskExplanation(
                    ReportItem.Create("campaign", ("state", IterationOver), ("reason", reason), ("remedy", remedy)),
                    null,
                    reason,
                    remedy
                ),
            ];
        }

        tasks.AddRange(selection.ReadLeftOutTasks(most - tasks.Count));
        var capacity = withCapacity ? new CapacityExplanation(context, reader) : null;
        return ExplainTasks(context, reader, tasks, attempts, capacity, selection);
    }

    private static IReadOnlyList<TaskExplanation> ExplainSelected(CommandContext context, RunReader reader, IReadOnlySet<TaskId> selected)
    {
        var tasks = reader.ReadTasks().Where(task => selected.Contains(task.TaskId)).ToList();
        var attempts = reader
            .ReadAttempts()
            .Where(attempt => selected.Contains(attempt.TaskId))
            .ToDictionary(static attempt => attempt.AttemptId);
        return ExplainTasks(context, reader, tasks, attempts, new CapacityExplanation(context, reader), new SelectionExplanation(reader));
    }

    private static IReadOnlyList<TaskExplanation> ExplainTasks(
        CommandContext context,
        RunReader reader,
        IReadOnlyList<TaskRow> tasks,
        IReadOnlyDictionary<AttemptId, AttemptRow> attempts,
        CapacityExplanation? capacity,
        SelectionExplanation selection
    )
    {
        var putOff = tasks.Any(static task => task is { State: TaskState.Ready, CurrentAttemptId: not null })
            ? reader.ReadPostponements()
            : NoPostponements;
        var ends = reader.ReadOpenEnds();
        return
        [
            .. tasks.Select(task =>
                ExplainTask(
                    context,
                    reader,
                    ends,
                    task,
                    task.CurrentAttemptId is { } current ? attempts.GetValueOrDefault(current) : null,
                    putOff,
                    capacity,
                    selection
                )
            ),
        ];
    }

    private static IReadOnlyList<string> ExplainCodes(CommandContext context, RunReader reader, RunWiring wiring, TaskRow task) =>
        wiring.Operators.Operators.TryGetValue(task.OperatorKey, out var wired)
        && reader.FindDefinition(task.TaskId) is { } definition
        && CodePlaceholders.MayBeIn(definition)
            ? [.. CodeExplanation.Explain(context.Host.Catalog, wired, TaskJson.Read(task.TaskId, task.OperatorKey, definition).Task)]
            : [];

    // The last round of the monitor of an attempt that runs, if its files are on this machine.
    private static IEnumerable<string> DescribeMonitor(CommandContext context, RunReader reader, RunWiring? wiring, AttemptRow attempt) =>
        attempt.EndedAt is null
            ? context
                .OpenLogs(reader.Run, wiring)
                .ReadLastLines($"{attempt.RelativePath}/{AttemptLayout.MonitorLogFile}", 1)
                .Lines.Select(static line => $"its monitor: {line}")
            : [];

    // The task's values, otherwise the site's. People and instruments are asked for no machines.
    private static string? DescribeShape(CommandContext context, RunReader reader, TaskRow task, RunWiring? wiring)
    {
        if (
            wiring is null
            || !wiring.Operators.Operators.TryGetValue(task.OperatorKey, out var wired)
            || context.Host.Catalog.FindBuiltIn(task.OperatorKey) is not { Kind.Backends.Count: > 0 } provider
            || reader.FindDefinition(task.TaskId) is not { } definition
            || !TaskId.TryParse(task.TaskId.Value, out var id)
        )
        {
            return null;
        }

        return provider.GetShape(wired, TaskJson.Read(id, task.OperatorKey, definition).Task).Describe();
    }

    private static AttemptRow? FindCurrentAttempt(RunReader reader, TaskRow task) =>
        task.CurrentAttemptId is { } current ? reader.FindAttempt(current) : null;

    private static TaskExplanation ExplainTask(
        CommandContext context,
        RunReader reader,
        IReadOnlyList<EndRow> ends,
        TaskRow task,
        AttemptRow? attempt,
        IReadOnlyDictionary<AttemptId, string> putOff,
        CapacityExplanation? capacity,
        SelectionExplanation selection,
        string? cause = null
    )
    {
        var (reason, remedy) = task.State switch
        {
            TaskState.Pending or TaskState.Ready when selection.IsLeftOut(task.TaskId) => (
                selection.Describe(task, DescribeOpenDependencies(reader, task)),
                $"-t:Loop runs all tasks; -t:Loop -p:Select={task.TaskId} runs this one and what it needs"
            ),
            TaskState.Pending => (DescribeOpenDependencies(reader, task), null),
            TaskState.Ready when task.CurrentAttemptId is { } waiting && putOff.TryGetValue(waiting, out var why) => (
                $"is put off: {why}",
                reader.State == RunState.Paused ? "the run is paused: -t:Resume" : "-t:Loop tries it again"
            ),
            TaskState.Ready when capacity?.FindNotBefore(task.TaskId) is { } due => (
                task.Reason ?? $"its next attempt begins not before {due.ToText()}",
                reader.State == RunState.Paused
                    ? "the run is paused: -t:Resume"
                    : $"-t:Loop waits until then; -t:Rerun -p:TaskId={task.TaskId} starts it without waiting"
            ),
            TaskState.Ready => (
                task.Reason is null
                    ? capacity?.DescribeShortage(task.TaskId) ?? $"can start, and waits for capacity of {task.OperatorKey}"
                    : $"{task.Reason}; the next attempt "
                        + (capacity?.DescribeShortage(task.TaskId) ?? $"waits for capacity of {task.OperatorKey}"),
                reader.State == RunState.Paused
                    ? "the run is paused: -t:Resume"
                    : "-t:Step or -t:Loop starts it as soon as there is capacity"
            ),
            TaskState.Running when context.FindHiddenWork(task.OperatorKey, attempt?.ExternalId) is { } hidden => (
                $"is under way{(hidden.Name is null ? "" : $" as {hidden.Name}")}, or was; that {hidden.Reason}, "
                    + $"and this machine cannot observe it",
                hidden.Remedy
            ),
            // In a queue, or suspended: the operator gives the reason.
            TaskState.Running when task.Reason is not null => (task.Reason, "-t:Loop waits for its end"),
            TaskState.Running => (
                $"is under way on {task.OperatorKey} as {attempt?.ExternalId} since {attempt?.SubmittedAt?.ToText()}",
                "-t:Loop waits for its end"
            ),
            TaskState.WaitingExternal when task.IsHeld => (
                task.Reason ?? "is held",
                string.Join("; or ", RespondCommandLine.BuildForHeld(context, reader, task))
            ),
            TaskState.WaitingExternal => (task.Reason ?? "waits", RespondCommandLine.Build(context, reader, task)),
            TaskState.Failed => (
                task.Reason ?? "failed",
                attempt is not null && AttemptLog.FindLog(reader.Run, attempt.RelativePath) is { } log ? $"look at {log}" : null
            ),
            TaskState.Completed => ("is completed" + (attempt?.Reason is { } known ? ": " + known : ""), null),
            TaskState.Cancelled or TaskState.Skipped => (task.Reason ?? task.State.ToText(), (string?)null),
            _ => throw new InvalidOperationException($"No rule for {task.State}"),
        };
        if (ends.FirstOrDefault(e => e.AttemptId is not null && e.AttemptId == task.CurrentAttemptId) is { } end)
        {
            (reason, remedy) = ($"{RequestedEndText.DescribeAttempt(end)}; {reason}", RequestedEndText.SuggestCommands(end));
        }

        var item = ReportItem.Create(
            task.TaskId.Value,
            ("task_id", task.TaskId),
            ("state", task.State.ToText()),
            ("reason", reason),
            ("remedy", remedy),
            ("operator_key", task.OperatorKey),
            ("current_attempt_id", task.CurrentAttemptId),
            ("cause", cause),
            ("cached_from", attempt?.CachedFrom)
        );
        return new TaskExplanation(item, task.State, reason, remedy) { Cause = cause, Held = task.IsHeld ? task : null };
    }

    private static string DescribeOpenDependencies(RunReader reader, TaskRow task)
    {
        var open = reader.ReadOpenDependencies(task.TaskId).ToList();
        return open.Count == 0
            ? ""
            : "waits for "
                + string.Join(", ", open.Take(5).Select(d => $"{d.TaskId} ({d.State.ToText()})"))
                + (open.Count > 5 ? $" and {open.Count - 5} more" : "");
    }
}
