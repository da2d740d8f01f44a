using MatterStack.Engine.Identity;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Usage;

/// <summary>What the attempts of a run asked for and used, by groups of tasks.</summary>
internal static class RunUsage
{
    /// <summary>Adds up the rows of a run in one pass.</summary>
    /// <param name="rows">All attempts of the run, and its tasks without attempts; those of one task follow each other.</param>
    /// <param name="selected">Tasks that are counted; null: all. Groups have the names that they have with all tasks.</param>
    /// <returns>Groups with counted tasks, in the order of their first tasks.</returns>
    public static IReadOnlyList<GroupUsage> SumUp(IEnumerable<UsageRow> rows, IReadOnlySet<TaskId>? selected = null)
    {
        var groups = new TaskGroups();
        var usages = new Dictionary<TaskGroup, GroupUsage>();
        foreach (var row in rows)
        {
            var group = groups.AddTask(row.Task, row.Key, row.Pattern);
            if (selected?.Contains(row.Task) == false)
            {
                continue;
            }

            if (!usages.TryGetValue(group, out var usage))
            {
                usages.Add(group, usage = new GroupUsage(group));
            }

            usage.Add(row);
        }

        return [.. groups.All.Where(usages.ContainsKey).Select(group => usages[group])];
    }
}
