using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Finds the tasks that the argument <c>Select</c> of a command names.</summary>
internal static class SelectedTasks
{
    /// <summary>Checks a selection against the declared tasks of a new run. A class may still plan the tasks of a selection.</summary>
    /// <returns>The problems; none if the run may be created.</returns>
    public static IReadOnlyList<Problem> CheckDeclared(TaskSelection? selection, CampaignDefinition definition)
    {
        if (selection is null || definition.Class is { AnalyzesResults: true })
        {
            return [];
        }

        var tasks = definition
            .Tasks.Select(static planned => new SelectableTask(
                planned.Task.Id,
                planned.Task.DependsOn.Count == 0 ? TaskState.Ready : TaskState.Pending,
                null,
                planned.Task.OperatorKey,
                0
            ))
            .ToList();
        return selection.FindTasks(tasks) is { IsSuccess: false } none ? none.Problems : [];
    }

    /// <summary>Finds the tasks that <c>Loop</c> or <c>Step</c> runs. A selection without tasks is a problem, unless a class may still plan
    /// them.</summary>
    /// <returns>The selection; null: all tasks.</returns>
    public static Result<CommandSelection?> FindForTick(CommandContext context, RunFolder run)
    {
        if (context.Arguments.Select is not { } selection)
        {
            return Result<CommandSelection?>.Ok(null, []);
        }

        using var reader = new RunReader(run);
        IReadOnlyList<int> positions = [];
        return
            !selection.FindTasks(reader.ReadSelectableTasks()).TryGet(out positions!, out var problems)
            && reader.ReadIterations().All(static iteration => iteration.AnalyzedAt is not null)
            ? Result<CommandSelection?>.Fail(problems)
            : new CommandSelection(selection, positions ?? [], UntrustedText.ToLine($"{context.Host.User}@{context.Host.Machine}"));
    }

    /// <summary>Finds the tasks of a reading command: those of <c>Select</c>, the one of <c>TaskId</c>, or null for all tasks.</summary>
    public static Result<IReadOnlySet<TaskId>?> FindTasks(CommandContext context, RunReader reader)
    {
        switch (context.Arguments)
        {
            case { Select: not null, TaskId: not null }:
                return CreateBothGiven("TaskId");
            case { Select: { } selection }:
                return reader.SelectTasks(selection).MapValue(static tasks => (IReadOnlySet<TaskId>?)tasks.ToHashSet());
            case { TaskId: { } wanted }:
                return TaskLookup
                    .FindTask(reader, wanted)
                    .MapValue(static task => (IReadOnlySet<TaskId>?)new HashSet<TaskId> { task.TaskId });
            default:
                return Result<IReadOnlySet<TaskId>?>.Ok(null, []);
        }
    }

    /// <summary>Reports that the tasks of a command are given twice.</summary>
    public static Problem CreateBothGiven(string other) =>
        new(RunCodes.InvalidArgument, $"Both Select and {other} are given", "Give one of them.");
}
