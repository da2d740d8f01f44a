using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Shows the state of a run, the counts per state, and the live attempts.</summary>
internal static class StatusCommand
{
    private const int Shown = 20;

    public static CommandResult Execute(CommandContext context) => context.WithRun(run =>
    {
        using var reader = new RunReader(run);
        var item = RunItem.Of(context, reader);
        var counts = reader.CountTasksByState();
        var wiring = context.Wirings.LoadPersisted(run.Path);
        context.Report(wiring.Problems);
        context.Log.Say($"{reader.RunRow.WorkspaceSlug}: run {run.Id} is {reader.RunRow.State}{(reader.RunRow.Reason is { } why ? ": " + why : "")}");
        var ends = reader.ReadOpenEnds();
        if (RequestedEndText.DescribeRun(ends) is { } ending)
        {
            context.Log.Say($"  the run {ending}");
        }

        foreach (var waiting in reader.ReadQueuedRequests())
        {
            context.Log.Say($"  {waiting.Kind}{(waiting.AttemptId is null ? "" : $" of {waiting.AttemptId}")} by {waiting.Actor} at {waiting.AtUtc} waits for the process that drives the run; -t:Step grants it");
        }

        var ended = ends.Where(e => e.AttemptId is not null).ToDictionary(e => e.AttemptId!);
        context.Log.Say("  " + string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Value} {c.Key}")) + $" of {counts.Values.Sum()} tasks");
        context.Log.Say("  " + WiringLine.Of(wiring.TryGet(out var found) ? found : null));

        var items = new List<ReportItem> { item };
        foreach (var attempt in reader.LiveAttempts())
        {
            var end = ended.GetValueOrDefault(attempt.AttemptId);
            items.Add(AttemptsCommand.Of(attempt, end));
            if (items.Count <= Shown)
            {
                context.Log.Say($"  {attempt.TaskId} {attempt.State} on {attempt.OperatorKey}{(attempt.ExternalId is null ? "" : $" as {attempt.ExternalId}")}{(attempt.SubmittedAtUtc is null ? "" : $" since {attempt.SubmittedAtUtc}")}{Elsewhere(context, attempt)}{(end is null ? "" : $"; it {RequestedEndText.DescribeAttempt(end)}")}");
            }
        }

        if (items.Count > Shown + 1)
        {
            context.Log.Say($"  and {items.Count - 1 - Shown} more under way");
        }

        return new CommandResult(true, items);
    });

    private static string Elsewhere(CommandContext context, AttemptRow attempt) =>
        context.FindHiddenWork(attempt.OperatorKey, attempt.ExternalId) is { } hidden ? $"; it {hidden.Reason}, and this machine cannot observe it" : "";
}
