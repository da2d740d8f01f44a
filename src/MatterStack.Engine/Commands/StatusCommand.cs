using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Shows the state of a run, the counts per state, and the live attempts.</summary>
internal static class StatusCommand
{
    private const int MaxShown = 20;
    private const int MaxNamedDelayed = 5;

    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            using var reader = new RunReader(run);
            var item = RunReportItem.Create(context, reader);
            var counts = reader.CountTasksByState();
            var wiring = context.Wirings.LoadPersisted(run.Path);
            context.ReportProblems(wiring.Problems);
            context.Log.Info(
                $"{reader.RunRow.WorkspaceSlug}: run {run.Id} is {reader.RunRow.State.ToText()}"
                    + $"{(reader.RunRow.Reason is { } why ? ": " + why : "")}"
            );
            if (reader.RunRow.Tags.Count > 0)
            {
                context.Log.Info($"  tags: {string.Join(", ", reader.RunRow.Tags)}");
            }

            if (reader.RunRow.Note is { } note)
            {
                context.Log.Info($"  note: {note}");
            }

            var ends = reader.ReadOpenEnds();
            if (RequestedEndText.DescribeRun(ends) is { } ending)
            {
                context.Log.Info($"  the run {ending}");
            }

            foreach (var waiting in reader.ReadQueuedRequests())
            {
                context.Log.Info(
                    $"  {waiting.Kind}{(waiting.AttemptId is null ? "" : $" of {waiting.AttemptId}")}"
                        + $"{(waiting.TaskId is null ? "" : $" of {waiting.TaskId}")} by {waiting.Actor} at "
                        + $"{waiting.At.ToText()} waits for the process that drives the run; -t:Step grants it"
                );
            }

            var ended = ends.Where(e => e.AttemptId is not null).ToDictionary(e => e.AttemptId!.Value);
            context.Log.Info(
                "  "
                    + string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Value} {c.Key}"))
                    + $" of {CountText.FormatCount(counts.Values.Sum(), "task")}"
            );
            if (SelectionReport.Describe(reader) is { } selected)
            {
                context.Log.Info("  " + selected);
            }

            if (RunPublishing.Describe(reader) is { } published)
            {
                context.Log.Info("  " + published);
            }

            if (DescribeDelayed(reader.ReadDelayedTasks(context.Host.Clock.GetUtcNow())) is { } delayed)
            {
                context.Log.Info("  " + delayed);
            }

            context.Log.Info("  " + WiringText.Describe(wiring.TryGet(out var found) ? found : null));

            var items = new List<ReportItem> { item };
            var driver = DriverReport.Write(context, reader, () => DriveCommand.HasFollower(context, run, reader));
            foreach (var attempt in reader.ReadLiveAttempts())
            {
                var end = ended.GetValueOrDefault(attempt.AttemptId);
                items.Add(AttemptsCommand.CreateRow(attempt, end));
                if (items.Count <= MaxShown)
                {
                    context.Log.Info(
                        $"  {attempt.TaskId} {attempt.State.ToText()} on {attempt.OperatorKey}"
                            + $"{(attempt.ExternalId is null ? "" : $" as {attempt.ExternalId}")}"
                            + $"{(attempt.SubmittedAt is { } since ? $" since {since.ToText()}" : "")}"
                            + $"{DescribeHiddenWork(context, attempt)}"
                            + $"{(end is null ? "" : $"; it {RequestedEndText.DescribeAttempt(end)}")}"
                    );
                }
            }

            foreach (var task in reader.ReadWaitingTasks().Where(static task => task.IsHeld).Take(MaxShown))
            {
                context.Log.Info($"  {task.TaskId} {task.Reason}");
                HeldTaskReport.WriteAnswers(context, reader, task);
            }

            if (items.Count > MaxShown + 1)
            {
                context.Log.Info($"  and {items.Count - 1 - MaxShown} more under way");
            }

            if (driver is not null)
            {
                items.Add(driver);
            }

            return new CommandResult(true, items);
        });

    private static string? DescribeDelayed(IReadOnlyList<(TaskId Task, DateTimeOffset NotBefore)> tasks) =>
        tasks.Count == 0
            ? null
            : $"{CountText.FormatCount(tasks.Count, "task waits", "tasks wait")} until the next attempt may begin: "
                + string.Join(", ", tasks.Take(MaxNamedDelayed).Select(static task => $"{task.Task} not before {task.NotBefore.ToText()}"))
                + (tasks.Count > MaxNamedDelayed ? $" and {tasks.Count - MaxNamedDelayed} more" : "");

    private static string DescribeHiddenWork(CommandContext context, AttemptRow attempt) =>
        context.FindHiddenWork(attempt.OperatorKey, attempt.ExternalId) is { } hidden
            ? $"; it {hidden.Reason}, and this machine cannot observe it"
            : "";
}
