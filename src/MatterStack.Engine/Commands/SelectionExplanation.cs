using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Explains which tasks the selection of the last <c>Loop</c> or <c>Step</c> leaves out.</summary>
internal sealed class SelectionExplanation(RunReader reader)
{
    // Loaded only if a selection is in force.
    private readonly Lazy<RunModel?> _model = new(() => RecordedSelection.FindMarkedModel(reader));

    /// <summary>Whether the selection leaves out tasks that have not ended.</summary>
    public bool HasRest => _model.Value is { LeftOutCount: > 0 };

    /// <summary>Whether the selection leaves a task out that would otherwise start.</summary>
    public bool IsLeftOut(TaskId id) =>
        _model.Value?.FindTask(id.Value) is { IsLeftOut: true, State: TaskState.Pending } or { IsLeftOut: true, State: TaskState.Ready };

    /// <summary>Describes why a task that is left out does not start.</summary>
    public string Describe(TaskRow task, string dependencies) =>
        $"is not selected: the last Loop or Step had Select='{_model.Value!.Selection}'"
        + (dependencies.Length == 0 ? "" : $"; it {dependencies}")
        + (task.Reason is null or RunTransitions.NotSelected ? "" : $" ({task.Reason})");

    /// <summary>Tasks that are left out and wait for no other task.</summary>
    /// <param name="most">Maximum number of tasks.</param>
    public IReadOnlyList<TaskRow> ReadLeftOutTasks(int most) =>
        _model.Value is { } model
            ?
            [
                .. model
                    .Tasks.Where(static task => task is { IsLeftOut: true, State: TaskState.Pending, OpenDependencies: 0 })
                    .Take(most)
                    .Select(task => reader.FindTask(task.Id))
                    .OfType<TaskRow>(),
            ]
            : [];
}
