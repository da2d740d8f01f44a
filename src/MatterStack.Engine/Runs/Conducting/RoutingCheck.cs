using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Codes;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Checks that a wiring has the operators that tasks are routed to.</summary>
internal static class RoutingCheck
{
    /// <summary>Reason why no attempt can start on an operator key. Returns null if attempts can start.</summary>
    public static string? FindUnavailableReason(OperatorCatalog catalog, OperatorsFile wiring, OperatorKey key)
    {
        if (!wiring.Operators.TryGetValue(key, out var wired))
        {
            return $"{CampaignCodes.UnknownOperator}: the wiring has no operator '{key}'; "
                + $"it has {string.Join(", ", wiring.Operators.Keys.Order())}";
        }

        return catalog.FindProvider(wired.Kind) is { } provider
            ? provider.FindUnavailableReason(wired)
            : $"{CampaignCodes.UnsupportedOperator}: operators of kind '{wired.Kind}' are not supported by this version of MatterStack";
    }

    /// <summary>Problems of all tasks that a wiring cannot serve.</summary>
    public static IReadOnlyList<Problem> CheckTasks(
        OperatorCatalog catalog,
        IEnumerable<CampaignTask> tasks,
        OperatorsFile wiring,
        string wiringName
    )
    {
        var problems = new List<Problem>();
        foreach (var group in tasks.GroupBy(t => t.OperatorKey))
        {
            var first = group.First();
            var others = group.Skip(1).Any() ? $" (and {CountText.FormatCount(group.Count() - 1, "more task")})" : "";
            if (!wiring.Operators.ContainsKey(group.Key))
            {
                var near = SpellingSuggestion.FindNearest(group.Key.Value, wiring.Operators.Keys.Select(k => k.Value));
                problems.Add(
                    new Problem(
                        CampaignCodes.UnknownOperator,
                        $"Task '{first.Id}'{others} is routed to '{group.Key}', which {wiringName} does not have",
                        (near is null ? "" : $"Did you mean '{near}'? ")
                            + "Known keys: "
                            + string.Join(", ", wiring.Operators.Keys.Order())
                            + ".",
                        first.DeclaredAt
                    )
                );
            }
            else if (FindUnavailableReason(catalog, wiring, group.Key) is { } why)
            {
                problems.Add(
                    new Problem(
                        CampaignCodes.UnsupportedOperator,
                        $"Task '{first.Id}'{others}: {why}",
                        CampaignCodes.UnsupportedOperator.Remedy,
                        first.DeclaredAt
                    )
                );
            }
            else
            {
                problems.AddRange(FindRefusedTasks(catalog, wiring, group));
                var wired = wiring.Operators[group.Key];
                problems.AddRange(BudgetCheck.CheckTasks(wiring, wired, catalog.FindProvider(wired.Kind)!.GetTraits(wired), group));
            }
        }

        return problems;
    }

    private static IEnumerable<Problem> FindRefusedTasks(
        OperatorCatalog catalog,
        OperatorsFile wiring,
        IGrouping<OperatorKey, CampaignTask> tasks
    )
    {
        var wired = wiring.Operators[tasks.Key];
        var provider = catalog.FindProvider(wired.Kind)!;
        return tasks
            .Select(task =>
                provider.FindRefusalReason(wired, task) is { } why
                    ? Problem.Create(CampaignCodes.UnsupportedOperator, $"Task '{task.Id}': {why}", task.DeclaredAt)
                // Most commands have no placeholders, and a campaign can have 100 000 tasks.
                : (task.Ranks > 1 || task.Commands.Any(static command => CodePlaceholders.MayBeIn(command)))
                && provider.FindCommandProblem(wired, task) is { } problem
                    ? problem with
                    {
                        Message = $"Task '{task.Id}': {problem.Message}",
                        Position = task.DeclaredAt,
                    }
                : null
            )
            .OfType<Problem>();
    }
}
