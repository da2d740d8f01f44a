using System.Globalization;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Reports the selection of a run: how the selected tasks ended, and what is left.</summary>
internal static class SelectionReport
{
    /// <summary>Reports that all selected tasks have ended. Returns whether none of them failed.</summary>
    /// <param name="context">Workspace and log.</param>
    /// <param name="reader">The run.</param>
    /// <param name="model">The run after the command.</param>
    public static bool ReportEnd(CommandContext context, RunReader reader, RunModel model)
    {
        var ended = Enum.GetValues<TaskState>()
            .Where(static state => state.IsEnd())
            .Select(state => (State: state, Count: model.CountSelected(state)))
            .Where(static pair => pair.Count > 0)
            .Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Count} {pair.State.ToText()}"))
            .ToList();
        context.Log.Info(
            $"{context.Workspace.Slug}: "
                + (
                    ended.Count == 0
                        ? $"no task of the selection is there yet ({model.Selection})"
                        : $"the selected tasks and those they need have ended ({string.Join(", ", ended)})"
                )
                + $"; {DescribeRest(model)}: -t:Loop goes on with them"
        );
        var failed = model
            .Tasks.Where(static task => task is { IsLeftOut: false, AllowFailure: false, State: TaskState.Failed or TaskState.Cancelled })
            .Select(static task => task.Id)
            .ToHashSet();
        if (failed.Count == 0)
        {
            return true;
        }

        FailureReport.ReportFailures(context, reader, failed);
        return false;
    }

    /// <summary>Describes the selection in force as a line of a report. Returns null if all tasks are selected.</summary>
    public static string? Describe(RunReader reader) =>
        RecordedSelection.FindMarkedModel(reader) is { } model ? $"selected: {model.Selection}; {DescribeRest(model)}" : null;

    private static string DescribeRest(RunModel model)
    {
        var live = model.LiveAttempts.Count(static attempt => attempt.Task.IsLeftOut && attempt.State is not AttemptState.Created);
        return CountText.FormatCount(model.LeftOutCount, "task is", "tasks are")
            + " left"
            + (live == 0 ? "" : $" ({CountText.FormatCount(live, "attempt", "attempts")} of them under way)");
    }
}
