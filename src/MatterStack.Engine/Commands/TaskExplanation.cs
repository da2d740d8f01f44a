using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Why a task keeps the run from its end.</summary>
/// <param name="Item">The row for scripts.</param>
/// <param name="State">State of the task; null for the campaign class.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Remedy">A command that helps; null if there is none.</param>
internal sealed record TaskExplanation(ReportItem Item, TaskState? State, string Reason, string? Remedy)
{
    /// <summary>Id of the task, or <c>campaign</c>.</summary>
    public string Id => Item.Identity;

    /// <summary>The task if it is held; otherwise null.</summary>
    public TaskRow? Held { get; init; }

    /// <summary>Why the task was executed or where its result came from; null if that is not asked.</summary>
    public string? Cause { get; init; }
}
