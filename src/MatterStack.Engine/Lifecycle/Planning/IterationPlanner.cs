using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies the answer of a campaign class to the model.</summary>
internal sealed class IterationPlanner(RunModel model, RunTransitions transitions, SelectionPlanner selections)
{
    /// <summary>Applies the campaign's answer about the ended iteration: adds the next tasks, or completes the run.</summary>
    public void AdvanceIteration(NextIteration next, DateTimeOffset now)
    {
        var over = model.Iteration ?? throw new InvalidOperationException("The run has no iteration to advance");
        transitions.AddChange(new Change.IterationEnded(over, next, model.Tasks.Count, now));
        if (next.Tasks is null)
        {
            model.Iteration = null;
            transitions.MoveRun(RunState.Completed, null, now);
            return;
        }

        model.Iteration = over + 1;
        var nodes = model.AppendTasks(next.Tasks);
        transitions.Canaries?.AddTasks();
        selections.MarkNewTasks(nodes, now);
        foreach (var node in nodes)
        {
            // A dependency that ended in an earlier iteration did not propagate its end to these new tasks.
            if (node is { State: TaskState.Pending, IsLeftOut: false })
            {
                transitions.SkipIfDependencyIsMissing(node, now);
            }
        }

        foreach (var node in nodes.Where(n => n is { State: TaskState.Pending, OpenDependencies: 0, IsLeftOut: false }))
        {
            transitions.MoveTask(node, TaskState.Ready, null, now);
        }
    }
}
