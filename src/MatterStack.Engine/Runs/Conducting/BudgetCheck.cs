using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Runs.Conducting;

/// <summary>Checks that tasks fit into the budgets whose size a wiring states. What the machine has is checked when a task is about to
/// start.</summary>
internal static class BudgetCheck
{
    /// <summary>Problems of tasks that can never start.</summary>
    /// <param name="wiring">The wiring.</param>
    /// <param name="wired">The operator that the tasks are routed to.</param>
    /// <param name="traits">How the engine treats its attempts.</param>
    /// <param name="tasks">The tasks.</param>
    public static IEnumerable<Problem> CheckTasks(
        OperatorsFile wiring,
        OperatorWiring wired,
        OperatorTraits traits,
        IEnumerable<CampaignTask> tasks
    )
    {
        var resources = new Dictionary<string, int>(wiring.Resources, StringComparer.Ordinal);
        foreach (var (name, count) in wired.Resources)
        {
            resources[name] = count;
        }

        return tasks
            .Where(task => NeedsCheck(traits, task))
            .SelectMany(task => CheckUses(wired, resources, task).Concat(CheckMachine(wired, traits, task)));
    }

    // Most tasks state cores at most, and a campaign can have 100 000 tasks.
    private static bool NeedsCheck(OperatorTraits traits, CampaignTask task) =>
        task.Uses.Count > 0 || (traits.UsesLocalCores && (traits.Cores is not null || task.MemoryGb is not null || task.Gpus > 0));

    private static IEnumerable<Problem> CheckUses(OperatorWiring wired, Dictionary<string, int> resources, CampaignTask task)
    {
        foreach (var use in task.Uses)
        {
            if (!resources.TryGetValue(use.Name, out var count))
            {
                var near = SpellingSuggestion.FindNearest(use.Name, resources.Keys);
                yield return new Problem(
                    CampaignCodes.UnknownResource,
                    $"Task '{task.Id}' uses the resource '{use.Name}', which neither '{wired.Key}' nor 'defaults' defines",
                    (near is null ? "" : $"Did you mean '{near}'? ")
                        + (
                            resources.Count == 0
                                ? $"Write 'resources: {{ {use.Name}: 1 }}' in 'defaults' of operators.yaml."
                                : $"Known resources: {string.Join(", ", resources.Keys.Order())}."
                        ),
                    task.DeclaredAt
                );
            }
            else if (use.Count > count)
            {
                yield return CreateProblem(
                    task,
                    $"uses {use.Count} of the resource '{use.Name}', and there are {count}",
                    $"Lower Uses, or raise '{use.Name}' in 'resources' of operators.yaml."
                );
            }
        }
    }

    private static IEnumerable<Problem> CheckMachine(OperatorWiring wired, OperatorTraits traits, CampaignTask task)
    {
        if (!traits.UsesLocalCores)
        {
            yield break;
        }

        if (traits.Cores is { } cores && task.Shape.TotalCores is var needed && needed > cores)
        {
            yield return CreateProblem(
                task,
                $"needs {needed.ToString(CultureInfo.InvariantCulture)} cores, and '{wired.Key}' has {cores}",
                "Lower Ranks or Cores, or raise 'cores' of the backend in operators.yaml."
            );
        }

        if (
            traits.MemoryGb is { } memory
            && task.MemoryGb is { } own
            && Math.Min(own, traits.Requests.MaxMemoryGb ?? int.MaxValue) is var stated
            && (decimal)Math.Min(stated, int.MaxValue) > memory
        )
        {
            yield return CreateProblem(
                task,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"needs {stated:0.###} GiB of memory, and '{wired.Key}' has {memory:0.###} GiB"
                ),
                "Lower MemoryGb, or raise 'memory_gb' of the backend in operators.yaml."
            );
        }

        if (traits.Gpus is { } gpus && task.Gpus > gpus.Count)
        {
            yield return CreateProblem(
                task,
                $"needs {CountText.FormatCount(task.Gpus, "GPU")}, and '{wired.Key}' has "
                    + (gpus.Count == 0 ? "none" : $"{gpus.Count} ({string.Join(", ", gpus)})"),
                "Lower Gpus, or change 'gpus' of the backend in operators.yaml."
            );
        }
    }

    private static Problem CreateProblem(CampaignTask task, string what, string remedy) =>
        new(CampaignCodes.BudgetTooSmall, $"Task '{task.Id}' {what}", remedy, task.DeclaredAt);
}
