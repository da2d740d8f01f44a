using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies the answer of a campaign class to the model.</summary>
internal sealed class IterationPlanner(RunModel model, RunTransitions transitions)
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
        foreach (var node in nodes)
        {
            // A dependency that ended in an earlier iteration did not propagate its end to these new tasks.
            if (node.State == TaskState.Pending && !node.AllowDependencyFailure && FindMissingDependency(node) is { } missing)
            {
                transitions.MoveTask(node, TaskState.Skipped, $"its dependency {missing.Id} {RunTransitions.DescribeEnd(missing)}", now);
                transitions.PropagateEnd(node, now);
            }
        }

        foreach (var node in nodes.Where(n => n is { State: TaskState.Pending, OpenDependencies: 0 }))
        {
            transitions.MoveTask(node, TaskState.Ready, null, now);
        }
    }

    private TaskNode? FindMissingDependency(TaskNode node) =>
        node.DependsOn.Select(d => model.Tasks[d]).FirstOrDefault(d => d.State.IsEnd() && d.State != TaskState.Completed);
}
