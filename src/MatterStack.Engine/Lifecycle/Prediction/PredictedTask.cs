using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Prediction;

/// <summary>What the next loop does with a task, and why.</summary>
/// <param name="Task">The task.</param>
/// <param name="Action">What happens to it.</param>
/// <param name="Cause">Why.</param>
/// <param name="Details">Text for people that says more than the cause; null if there is none.</param>
internal sealed record PredictedTask(TaskNode Task, PredictedAction Action, PredictedCause Cause, string? Details = null)
{
    /// <summary>Dependencies without a result, in the order of their declaration.</summary>
    public IReadOnlyList<TaskNode> WaitsFor { get; init; } = [];

    /// <summary>Whether an attempt is live, so that nothing new is requested for it.</summary>
    public bool IsUnderWay => Cause == PredictedCause.UnderWay;
}
