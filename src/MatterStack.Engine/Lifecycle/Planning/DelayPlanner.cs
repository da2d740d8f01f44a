using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Lets ready tasks wait until their next attempt may begin.</summary>
/// <remarks>It measures elapsed time, because a person may set the clock. All times of this class named <c>elapsed</c> count from the same
/// moment.</remarks>
internal sealed class DelayPlanner(RunModel model)
{
    private readonly PriorityQueue<(TaskNode Task, DateTimeOffset NotBefore), TimeSpan> _due = new();
    private readonly HashSet<(TaskNode Task, DateTimeOffset NotBefore)> _waiting = [];

    /// <summary>Queues the tasks whose time has come.</summary>
    public void QueueDue(DateTimeOffset now, TimeSpan elapsed)
    {
        foreach (var task in model.DrainDelayed())
        {
            // A task whose needs are amended is queued again.
            if (task.History?.NotBefore is { } notBefore && _waiting.Add((task, notBefore)))
            {
                // A clock that was wrong when the attempt ended must not delay the next one for ever.
                var delay = notBefore - now;
                var most = RetryPolicy.GetLongestDelay(task.Policy ?? TaskPolicy.Default);
                _due.Enqueue((task, notBefore), elapsed + (delay < most ? delay : most));
            }
        }

        while (_due.TryPeek(out var first, out var due) && due <= elapsed)
        {
            _due.Dequeue();
            _waiting.Remove(first);
            // The task may have been cancelled, or a person may have let it run at once.
            if (first.Task is { State: TaskState.Ready, LiveAttempt: null } && first.Task.History?.NotBefore == first.NotBefore)
            {
                model.QueueDue(first.Task);
            }
        }
    }
}
