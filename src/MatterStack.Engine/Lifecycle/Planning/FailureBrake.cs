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
    public void RestartCount() => SetBaseline(new FailureBaseline(CountFailed(model), CountEnded(model)));

    /// <summary>Pauses the run if its limit is reached and another attempt could start.</summary>
    public void PauseIfReached(DateTimeOffset now)
    {
        // A task that runs again leaves the count, so that its next failure counts.
        var baseline = model.FailureBaseline;
        SetBaseline(new FailureBaseline(Math.Min(baseline.Failed, CountFailed(model)), Math.Min(baseline.Ended, CountEnded(model))));
        if (model.CanStart && FindReason(model, Limit) is { } reason)
        {
            transitions.MoveRun(RunState.Paused, reason, now);
        }
    }

    /// <summary>Why the next tick pauses a run that may start attempts; null if it does not.</summary>
    /// <param name="model">The run.</param>
    /// <param name="most">The limit; null: the run does not pause by itself.</param>
    public static string? FindReason(RunModel model, FailureLimit? most)
    {
        if (most is not { } limit || model.CountSelected(TaskState.Ready) + model.CountSelected(TaskState.Pending) == 0)
        {
            return null;
        }

        var failed = CountFailed(model) - Math.Min(model.FailureBaseline.Failed, CountFailed(model));
        var ended = CountEnded(model) - Math.Min(model.FailureBaseline.Ended, CountEnded(model));
        return limit.IsReached(failed, ended) ? Describe(limit, failed, ended) : null;
    }

    private static string Describe(FailureLimit limit, int failed, int ended) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{CountText.FormatCount(failed, "task has failed or is held", "tasks have failed or are held")} "
                + $"of {ended} that ended, and MatterStackMaxFailures is {limit}; -t:Resume goes on and counts anew"
        );

    private static int CountFailed(RunModel model) => model.FailedCount + model.HeldCount;

    // Skipped and cancelled tasks say nothing about the next one.
    private static int CountEnded(RunModel model) =>
        model.CountTasks(TaskState.Completed) + model.CountTasks(TaskState.Failed) + model.HeldCount;

    private void SetBaseline(FailureBaseline baseline)
    {
        if (model.FailureBaseline != baseline)
        {
            model.FailureBaseline = baseline;
            transitions.AddChange(new Change.FailuresCounted(baseline));
        }
    }
}
