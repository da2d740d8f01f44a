using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands;

/// <summary>Compares the run's wiring with the wiring that a new run would get today, by operator key and field.</summary>
internal static class WiringDiffCommand
{
    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            if (
                !context.Wirings.LoadPersisted(run.Path).TryGet(out var persisted, out var problems)
                || !context.Wirings.ResolveWithoutRun(context.CreateWiringRequest()).TryGet(out var today, out problems)
            )
            {
                return context.ReportFailure(problems);
            }

            context.ReportProblems(persisted.Warnings);
            context.Log.Info(
                $"run {run.Id}: {persisted.Origin.ToText()} ({WiringText.GetName(persisted)}, sha256 {persisted.Hash.Short}); today: "
                    + $"{today.Source.ToText()} ({WiringText.GetName(today)}, sha256 {today.Hash.Short})"
            );
            var differences = WiringDiff.Compare(persisted.Operators, today.Operators);
            foreach (var difference in differences)
            {
                context.Log.Info(
                    $"  {DescribePlace(difference)}: {difference.Before ?? "not set"} -> {difference.After ?? "not set"}"
                        + $"{DescribeEffect(difference)}"
                );
            }

            if (differences.Count == 0)
            {
                context.Log.Info(
                    persisted.Hash == today.Hash ? "  they are the same" : "  they mean the same; comments, layout or order differ"
                );
            }

            return new CommandResult(
                true,
                [
                    .. differences.Select(d =>
                        ReportItem.Create(
                            DescribePlace(d),
                            ("operator_key", d.Key),
                            ("field", d.Field),
                            ("before", d.Before),
                            ("after", d.After),
                            ("affects_results", d.AffectsResults || d.ConcernedParts is not null ? "true" : "false"),
                            ("concerns", d.ConcernedParts)
                        )
                    ),
                ]
            );
        });

    private static string DescribeEffect(WiringDifference difference) =>
        difference.AffectsResults ? ""
        : difference.ConcernedParts is { } parts ? $" (counts for tasks that use {parts})"
        : " (cannot change a result)";

    private static string DescribePlace(WiringDifference difference) =>
        difference.Key is { } key ? $"{key} {difference.Field}" : difference.Field;
}
