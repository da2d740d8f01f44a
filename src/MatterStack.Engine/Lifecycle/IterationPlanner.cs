namespace MatterStack.Engine.Lifecycle;

/// <summary>Decides what follows from what a campaign says, as <see cref="TickPlanner"/> does from facts: it moves the model and says what it changed.</summary>
internal sealed class IterationPlanner(RunModel model, TickPlanner planner)
{
    /// <summary>Takes in what a campaign says follows from the iteration that is over.</summary>
    public void Advance(NextIteration next, DateTimeOffset now)
    {
        var over = model.Iteration ?? throw new InvalidOperationException("No campaign is to be asked");
        model.IterationOver = false;
        planner.Tell(new Change.IterationEnded(over, next, model.Tasks.Count, now));
        if (next.Tasks is null)
        {
            model.Iteration = null;
            planner.MoveRun(RunState.Completed, null, now);
            return;
        }

        model.Iteration = over + 1;
        var nodes = model.Append(next.Tasks);
        foreach (var node in nodes)
        {
            // What ended in an earlier iteration has told nobody of these.
            if (node.State == TaskState.Pending && !node.AllowDependencyFailure
                && node.DependsOn.Select(d => model.Tasks[d]).FirstOrDefault(d => d.State.IsEnd() && d.State != TaskState.Completed) is { } missing)
            {
                planner.MoveTask(node, TaskState.Skipped, $"its dependency {missing.Id} {TickPlanner.HowItEnded(missing)}", now);
                planner.Spread(node, now);
            }
        }

        foreach (var node in nodes.Where(n => n is { State: TaskState.Pending, Unfinished: 0 }))
        {
            planner.MoveTask(node, TaskState.Ready, null, now);
        }
    }
}
