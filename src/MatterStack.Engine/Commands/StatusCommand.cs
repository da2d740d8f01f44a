using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>State of a run, counts per state, and what is under way where.</summary>
internal static class StatusCommand
{
    private const int Shown = 20;

    public static CommandResult Execute(CommandContext context) => context.Guard(() =>
    {
        if (!context.Runs.Find(context.Arguments.RunId).TryGet(out var run, out var problems))
        {
            return context.Fail(problems);
        }

        using var reader = new RunReader(run);
        var item = RunItem.Of(context, reader);
        var counts = reader.Counts();
        var wiring = context.Wirings.LoadPersisted(run.Path);
        context.Report(wiring.Problems);
        context.Log.Say($"{reader.Row.WorkspaceSlug}: run {run.Id} is {reader.Row.State}{(reader.Row.Reason is { } why ? ": " + why : "")}");
        var ends = reader.Ends();
        if (EndText.OfRun(ends) is { } ending)
        {
            context.Log.Say($"  the run {ending}");
        }

        foreach (var waiting in reader.WaitingRequests())
        {
            context.Log.Say($"  {waiting.Kind}{(waiting.AttemptId is null ? "" : $" of {waiting.AttemptId}")} by {waiting.Actor} at {waiting.AtUtc} waits for whoever moves the run; -t:Step takes it up");
        }

        var ended = ends.Where(e => e.AttemptId is not null).ToDictionary(e => e.AttemptId!);
        context.Log.Say("  " + string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Value} {c.Key}")) + $" of {counts.Values.Sum()} tasks");
        context.Log.Say("  " + WiringLine.Of(wiring.TryGet(out var found) ? found : null));

        var items = new List<ReportItem> { item };
        foreach (var attempt in reader.Attempts("ended_at_utc IS NULL"))
        {
            var end = ended.GetValueOrDefault(attempt.AttemptId);
            items.Add(AttemptsCommand.Of(attempt, end));
            if (items.Count <= Shown)
            {
                context.Log.Say($"  {attempt.TaskId} {attempt.State} on {attempt.OperatorKey}{(attempt.ExternalId is null ? "" : $" as {attempt.ExternalId}")}{(attempt.SubmittedAtUtc is null ? "" : $" since {attempt.SubmittedAtUtc}")}{Elsewhere(context, attempt)}{(end is null ? "" : $"; it {EndText.OfAttempt(end)}")}");
            }
        }

        if (items.Count > Shown + 1)
        {
            context.Log.Say($"  and {items.Count - 1 - Shown} more under way");
        }

        return new CommandResult(true, items);
    });

    private static string Elsewhere(CommandContext context, AttemptRow attempt) =>
        ProcessIdentity.TryParse(attempt.ExternalId)?.Place.WhyNotSeenFrom(context.Host.Machine) is { } where ? $"; it {where}, and nothing can be seen of it from here" : "";
}
