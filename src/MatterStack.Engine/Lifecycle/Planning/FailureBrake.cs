using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Pauses the run when too many tasks have failed or are held.</summary>
/// <param name="model">The run.</param>
/// <param name="transitions">Receives the changes.</param>
internal sealed class FailureBrake(RunModel model, RunTransitions transitions)
{
    /// <summary>The limit; null: the run does not pause by itself.</summary>
    public FailureLimit? Limit { get; set; }

    /// <summary>Begins to count anew: a person continues the run.</summary>
    public void RestartCount() => SetBaseline(new FailureBaseline(CountFailed(), CountEnded()));

    /// <summary>Pauses the run if its limit is reached and another attempt could start.</summary>
    public void PauseIfReached(DateTimeOffset now)
    {
        // A task that runs again leaves the count, so that its next failure counts.
        var baseline = model.FailureBaseline;
        SetBaseline(new FailureBaseline(Math.Min(baseline.Failed, CountFailed()), Math.Min(baseline.Ended, CountEnded())));
        if (Limit is not { } limit || !model.CanStart || model.CountTasks(TaskState.Ready) + model.CountTasks(TaskState.Pending) == 0)
        {
            return;
        }

        var (failed, ended) = (CountFailed() - model.FailureBaseline.Failed, CountEnded() - model.FailureBaseline.Ended);
        if (limit.IsReached(failed, ended))
        {
            transitions.MoveRun(RunState.Paused, Describe(limit, failed, ended), now);
        }
    }

    private static string Describe(FailureLimit limit, int failed, int ended) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{CountText.FormatCount(failed, "task has failed or is held", "tasks have failed or are held")} "
                + $"of {ended} that ended, and MatterStackMaxFailures is {limit}; -t:Resume goes on and counts anew"
        );

    private int CountFailed() => model.FailedCount + model.HeldCount;

    // Skipped and cancelled tasks say nothing about the next one.
    private int CountEnded() => model.CountTasks(TaskState.Completed) + model.CountTasks(TaskState.Failed) + model.HeldCount;

    private void SetBaseline(FailureBaseline baseline)
    {
        if (model.FailureBaseline != baseline)
        {
            model.FailureBaseline = baseline;
            transitions.AddChange(new Change.FailuresCounted(baseline));
        }
    }
}
