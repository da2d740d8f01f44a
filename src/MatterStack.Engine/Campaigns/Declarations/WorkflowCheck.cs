using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Checks the tasks of a workflow: unique ids, known dependencies, no cycle.</summary>
internal static class WorkflowCheck
{
    /// <param name="tasks">The tasks.</param>
    /// <param name="earlier">Finds a task of the run by an id, ignoring case; returns null if there is none. Null: the run has no
    /// tasks.</param>
    public static IReadOnlyList<Problem> FindProblems(IReadOnlyList<CampaignTask> tasks, Func<string, TaskId?>? earlier = null)
    {
        var problems = new List<Problem>();
        // Folders of two ids that differ in case only would be one folder on some file systems.
        var index = new Dictionary<string, int>(tasks.Count, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < tasks.Count; i++)
        {
            if (!index.TryAdd(tasks[i].Id.Value, i))
            {
                var other = tasks[index[tasks[i].Id.Value]].Id;
                problems.Add(
                    Problem.Create(
                        CampaignCodes.DuplicateTaskId,
                        other == tasks[i].Id
                            ? $"Task id '{other}' is declared more than once"
                            : $"Task ids '{other}' and '{tasks[i].Id}' differ in case only",
                        tasks[i].DeclaredAt
                    )
                );
            }

            if (earlier?.Invoke(tasks[i].Id.Value) is { } known)
            {
                problems.Add(
                    new Problem(
                        CampaignCodes.DuplicateTaskId,
                        known == tasks[i].Id
                            ? $"An earlier iteration has a task '{known}' already"
                            : $"Task ids '{known}' of an earlier iteration and '{tasks[i].Id}' differ in case only",
                        "Give each task of the run a unique id, for example with the number of the iteration.",
                        tasks[i].DeclaredAt
                    )
                );
            }
        }

        foreach (var task in tasks)
        {
            foreach (
                var dependency in task.DependsOn.Where(d =>
                    (!index.TryGetValue(d.Value, out var i) || tasks[i].Id != d) && earlier?.Invoke(d.Value) != d
                )
            )
            {
                // Only the first problems get a suggestion from all names: a wrong pattern in a large campaign causes thousands of
                // problems.
                var near =
                    problems.Count > 20
                        ? null
                        : SpellingSuggestion.FindNearest(dependency.Value, tasks.Select(t => t.Id.Value).Where(id => id != task.Id.Value));
                problems.Add(
                    new Problem(
                        CampaignCodes.UnknownDependency,
                        $"Task '{task.Id}' depends on '{dependency}', which the campaign does not have",
                        near is null ? CampaignCodes.UnknownDependency.Remedy : $"Did you mean '{near}'?",
                        task.DeclaredAt
                    )
                );
            }
        }

        if (problems.Count == 0 && FindCycle(tasks, index) is { } cycle)
        {
            problems.Add(
                Problem.Create(
                    CampaignCodes.Cycle,
                    "Tasks depend on each other in a cycle: " + string.Join(" -> ", cycle.Select(i => tasks[i].Id)),
                    tasks[cycle[0]].DeclaredAt
                )
            );
        }

        return problems;
    }

    // Depth first with an explicit stack: a chain of 100 000 tasks must not overflow the call stack.
    private static List<int>? FindCycle(IReadOnlyList<CampaignTask> tasks, Dictionary<string, int> index)
    {
        var colour = new byte[tasks.Count];
        var stack = new Stack<(int Task, int Next)>();
        for (var root = 0; root < tasks.Count; root++)
        {
            if (colour[root] != 0)
            {
                continue;
            }

            colour[root] = 1;
            stack.Push((root, 0));
            while (stack.TryPop(out var frame))
            {
                if (frame.Next == tasks[frame.Task].DependsOn.Count)
                {
                    colour[frame.Task] = 2;
                    continue;
                }

                stack.Push((frame.Task, frame.Next + 1));
                if (!index.TryGetValue(tasks[frame.Task].DependsOn[frame.Next].Value, out var child))
                {
                    // The task belongs to an earlier iteration, which cannot depend on this one.
                    continue;
                }

                if (colour[child] == 1)
                {
                    var path = stack.Select(f => f.Task).Reverse().SkipWhile(t => t != child).ToList();
                    path.Add(child);
                    return path;
                }

                if (colour[child] == 0)
                {
                    colour[child] = 1;
                    stack.Push((child, 0));
                }
            }
        }

        return null;
    }
}
