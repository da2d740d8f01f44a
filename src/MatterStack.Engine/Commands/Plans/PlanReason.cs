using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Lifecycle.Prediction;
using MatterStack.Engine.Runs.Prediction;

namespace MatterStack.Engine.Commands.Plans;

/// <summary>Says why the next loop does what it does with a task.</summary>
/// <param name="run">The run.</param>
internal sealed class PlanReason(PredictedRun run)
{
    /// <summary>Origin of a known result; null if the result is not known.</summary>
    public static string? FindOrigin(PredictedTask predicted) =>
        predicted.Cause switch
        {
            PredictedCause.Recorded => $"this run, attempt {predicted.Task.AttemptCount}",
            PredictedCause.Cached => predicted.Details,
            _ => null,
        };

    /// <summary>Describes the cause in one line.</summary>
    public string Describe(PredictedTask predicted)
    {
        var task = predicted.Task;
        return predicted.Cause switch
        {
            PredictedCause.Recorded => $"it completed in {FindOrigin(predicted)}",
            PredictedCause.Cached => $"its result is in the cache: {predicted.Details}",
            PredictedCause.UnderWay => DescribeAttempt(task),
            PredictedCause.NotCacheable => $"not cacheable: {DescribeNotCacheable(task, predicted.Details)}",
            PredictedCause.Forced => "a person asked for it again (Rerun)",
            PredictedCause.Damaged => $"its cached result cannot be used: {predicted.Details}",
            PredictedCause.Retry => DescribeRetry(task),
            PredictedCause.Miss => predicted.Details ?? "never run: no earlier result of it is known",
            PredictedCause.Waits => $"waits for outputs of {predicted.Details}"
                + (task.IsCacheable && !task.MustRecompute ? "" : "; then it runs"),
            PredictedCause.Held => $"held for a person: {predicted.Details}",
            PredictedCause.Ended => DescribeEnd(task),
            PredictedCause.DependencyEnds => $"its dependency {predicted.Details} ends without a result, so it is skipped",
            PredictedCause.CannotStart => $"it cannot start: {predicted.Details}",
            PredictedCause.RunEnds => "the run is being cancelled",
            PredictedCause.NotSelected => "not selected",
            _ => throw new InvalidOperationException($"No rule for {predicted.Cause}"),
        };
    }

    private static string DescribeAttempt(TaskNode task) =>
        task.LiveAttempt is { } attempt
            ? FormattableString.Invariant($"attempt {attempt.Index} is {attempt.State.Status.ToText()}")
                + (attempt.EndRequest is null ? "" : " and is to end")
            : "an attempt is live";

    private static string DescribeRetry(TaskNode task) =>
        FormattableString.Invariant($"attempt {task.AttemptCount} ended without a result")
        + (task.History?.LastCause is { } cause ? $" ({cause})" : "")
        + (task.History?.NotBefore is { } due ? $"; the next one begins not before {Identity.Timestamps.ToText(due)}" : "");

    private static string DescribeEnd(TaskNode task) =>
        task.State switch
        {
            TaskState.Failed => $"it failed{(task.History?.LastCause is { } cause ? $" ({cause})" : "")}; Rerun or Revive runs it again",
            TaskState.Skipped => $"it {RunTransitions.DescribeEnd(task)}, because a dependency has no result",
            _ => $"it {RunTransitions.DescribeEnd(task)}",
        };

    private string DescribeNotCacheable(TaskNode task, string? details) =>
        details
        ?? run.ReadTask(task).Task switch
        {
            { Cache: false } => "Cache is false",
            { Kind: not TaskKind.Task } => "what people and instruments do",
            { Outputs.Count: 0 } => "no Outputs",
            _ => "what its operator does",
        };
}
