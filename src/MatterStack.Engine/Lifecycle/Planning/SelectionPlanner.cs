using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Selections;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Leaves out tasks that a command does not run: they are pending until a later command includes them.</summary>
/// <remarks>A selected task needs all its dependencies, so a selected task never waits for one that is left out.</remarks>
/// <param name="model">The run.</param>
/// <param name="transitions">Receives the changes.</param>
internal sealed class SelectionPlanner(RunModel model, RunTransitions transitions)
{
    /// <summary>The selection of the command; null: all tasks.</summary>
    public CommandSelection? Selection { get; set; }

    /// <summary>Applies the selection to the run as it was loaded, and records it if it differs from the last one.</summary>
    public void BeginSelection(DateTimeOffset now)
    {
        if (Selection is null && model.Selection is null)
        {
            return;
        }

        MarkTasks(model, Selection);
        if (Selection is { IsOfEarlierCommand: true })
        {
            return;
        }

        if (Selection?.Tasks.ToString() is var text && text != model.Selection)
        {
            model.Selection = text;
            transitions.AddChange(new Change.RunSelected(text, Describe(text), Selection?.Actor, now));
        }

        MoveTasks(now);
    }

    /// <summary>Applies the selection to the tasks of a new iteration. They are pending.</summary>
    public void MarkNewTasks(IReadOnlyList<TaskNode> nodes, DateTimeOffset now)
    {
        if (Selection is not { Tasks: var selection } || nodes.Count == 0)
        {
            return;
        }

        var selected = nodes.Where(node => selection.Matches(CreateSelectable(node))).Select(static node => node.Position);
        var needed = FindNeeded(model, selected);
        foreach (var node in nodes.Where(node => !needed[node.Position]))
        {
            model.SetLeftOut(node, true);
            if (node.OpenDependencies == 0)
            {
                // The store has such a task as ready.
                transitions.MoveTask(node, TaskState.Pending, RunTransitions.NotSelected, now);
            }
        }
    }

    /// <summary>Marks the tasks that a selection leaves out.</summary>
    public static void MarkTasks(RunModel model, CommandSelection? selection)
    {
        var needed = selection is null ? null : FindNeeded(model, selection.Positions);
        foreach (var task in model.Tasks)
        {
            // During a request, a task that could have started was left out, although its state may match the selection now.
            var isLeftOut =
                needed is not null
                && (
                    !needed[task.Position]
                    || (selection is { IsOfEarlierCommand: true } && task.State == TaskState.Pending && IsHeldBack(task))
                );
            model.SetLeftOut(task, isLeftOut);
        }

        bool IsHeldBack(TaskNode task) => task.OpenDependencies == 0 || model.FindMissingDependency(task) is not null;
    }

    private static bool[] FindNeeded(RunModel model, IEnumerable<int> selected) =>
        SelectionClosure.FindNeeded(selected, model.Tasks.Count, position => model.Tasks[position].DependsOn);

    private SelectableTask CreateSelectable(TaskNode node) =>
        new(node.Id, node.State, null, model.Keys[node.KeyIndex], model.Iteration ?? 0);

    // An intended attempt may be outside already, so its task stays ready; the attempt is not released.
    private void MoveTasks(DateTimeOffset now)
    {
        foreach (var task in model.Tasks)
        {
            if (task.IsLeftOut)
            {
                if (task is { State: TaskState.Ready, LiveAttempt: null })
                {
                    transitions.MoveTask(task, TaskState.Pending, RunTransitions.NotSelected, now);
                }
            }
            else if (task.State == TaskState.Pending && !transitions.SkipIfDependencyIsMissing(task, now) && task.OpenDependencies == 0)
            {
                transitions.MoveTask(task, TaskState.Ready, null, now);
            }
        }

        model.DropLeftOutLookups();
    }

    private string Describe(string? text)
    {
        if (text is null)
        {
            return "all tasks";
        }

        var leftOut = model.Tasks.Count(static task => task.IsLeftOut);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{text}: {CountText.FormatCount(model.Tasks.Count - leftOut, "task")} with what they need; {leftOut} left out"
        );
    }
}
