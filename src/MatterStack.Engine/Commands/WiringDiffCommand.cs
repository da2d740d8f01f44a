using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>Compares the run's wiring with the wiring that a new run would get today, by operator key and field.</summary>
internal static class WiringDiffCommand
{
    public static CommandResult Execute(CommandContext context) => context.WithRun(run =>
    {
        if (!context.Wirings.LoadPersisted(run.Path).TryGet(out var persisted, out var problems)
            || !context.Wirings.ResolveWithoutRun(context.WiringRequest()).TryGet(out var today, out problems))
        {
            return context.Fail(problems);
        }

        context.Report(persisted.Warnings);
        context.Log.Say($"run {run.Id}: {persisted.Origin.ToText()} ({WiringLine.NameOf(persisted)}, sha256 {persisted.Hash.Short}); today: {today.Source.ToText()} ({WiringLine.NameOf(today)}, sha256 {today.Hash.Short})");
        var differences = WiringDiff.Compare(persisted.Operators, today.Operators);
        foreach (var difference in differences)
        {
            context.Log.Say($"  {Where(difference)}: {difference.Before ?? "not set"} -> {difference.After ?? "not set"}{(difference.AffectsResults ? "" : " (cannot change a result)")}");
        }

        if (differences.Count == 0)
        {
            context.Log.Say(persisted.Hash == today.Hash ? "  they are the same" : "  they mean the same; comments, layout or order differ");
        }

        return new CommandResult(true, [.. differences.Select(d => ReportItem.Of(Where(d), ("operator_key", d.Key), ("field", d.Field), ("before", d.Before), ("after", d.After), ("affects_results", d.AffectsResults ? "true" : "false")))]);
    });

    private static string Where(WiringDifference difference) => difference.Key is { } key ? $"{key} {difference.Field}" : difference.Field;
}
