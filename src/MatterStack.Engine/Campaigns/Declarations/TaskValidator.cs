using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Checks a task, whether an item or a C# campaign declares it, and copies its lists into collections of the engine.</summary>
internal static class TaskValidator
{
    private static readonly HashSet<string> MachineKinds = ["local", "hpc"];

    /// <param name="task">The task.</param>
    /// <param name="plannedAt">Position of the Plan method, for tasks without a position.</param>
    /// <param name="problems">Receives the problems.</param>
    public static CampaignTask ValidateTask(CampaignTask task, SourcePosition? plannedAt, List<Problem> problems)
    {
        if (task.Id.Value is null)
        {
            problems.Add(new Problem(CampaignCodes.IllegalTaskId, "A task has no id", "Set Id = \"…\".", task.DeclaredAt ?? plannedAt));
            return task;
        }

        var taskProblems = new TaskProblems(task, plannedAt, problems);
        foreach (var field in TaskFields.All)
        {
            task = field.Validate(task, taskProblems);
        }

        CheckShape(task, taskProblems);
        RestartCheck.CheckTask(task, taskProblems);
        if (NeedsCommand(task.OperatorKey) && string.IsNullOrWhiteSpace(task.Command))
        {
            taskProblems.ReportMissingCommand();
        }

        // Figures are outputs, so that they are hashed, passed to dependent tasks and stored like every output.
        if (task.Figures.Count > 0)
        {
            task = task with { Outputs = [.. task.Outputs, .. task.Figures.Except(task.Outputs, StringComparer.Ordinal)] };
        }

        PublishCheck.CheckTask(task, taskProblems);

        return plannedAt is null || task.DeclaredAt is not null ? task : task with { DeclaredAt = plannedAt };
    }

    private static void CheckShape(CampaignTask task, TaskProblems problems)
    {
        if (task is { Nodes: > 1, Ranks: >= 1 } && task.Ranks % task.Nodes != 0)
        {
            problems.ReportConflict(
                $"Ranks is {task.Ranks} and Nodes is {task.Nodes}",
                "Ranks is the number of MPI processes in all; make it a multiple of Nodes."
            );
        }

        if (task is { Gpus: 0, GpuType: { } type })
        {
            problems.ReportConflict($"GpuType is '{type}' and Gpus is 0", "Set Gpus to the number of accelerators, or remove GpuType.");
        }
    }

    // Operators of these kinds execute commands.
    private static bool NeedsCommand(OperatorKey key) => MachineKinds.Contains(key.Kind);
}
