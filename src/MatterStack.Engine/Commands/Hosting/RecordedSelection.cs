using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>The selection of the last <c>Loop</c> or <c>Step</c> of a run. It stays in force until the next one.</summary>
internal static class RecordedSelection
{
    /// <summary>Finds the tasks of the selection of the last <c>Loop</c> or <c>Step</c>.</summary>
    /// <param name="reader">The run.</param>
    /// <param name="text">The recorded selection.</param>
    /// <exception cref="ProblemException">The text is not a selection.</exception>
    public static CommandSelection FindSelection(RunReader reader, string text)
    {
        var selection = TaskSelection.Parse(text).GetValueOrThrow();
        return new CommandSelection(
            selection,
            selection.FindTasks(reader.ReadSelectableTasks()).TryGet(out var positions) ? positions : [],
            ""
        )
        {
            IsOfEarlierCommand = true,
        };
    }

    /// <summary>Loads a run with the tasks marked that its last selection leaves out. Returns null if the run has ended or has no
    /// selection.</summary>
    public static RunModel? FindMarkedModel(RunReader reader)
    {
        if (reader.State.IsEnd() || reader.RunRow.Selection is not { } text || reader.FindModel() is not { } model)
        {
            return null;
        }

        SelectionPlanner.MarkTasks(model, FindSelection(reader, text));
        return model;
    }
}
