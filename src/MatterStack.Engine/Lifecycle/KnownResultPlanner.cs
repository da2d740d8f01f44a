using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>Decides what follows from whether a task's result is known, as <see cref="TickPlanner"/> does from facts: it moves the model and says what it changed.</summary>
internal sealed class KnownResultPlanner(RunModel model, TickPlanner planner)
{
    /// <summary>Whether there are tasks whose results nobody has been asked for yet.</summary>
    public bool HasUnasked => model.Unasked.Count + model.UnaskedAttempts.Count > 0;

    /// <summary>Takes in that the result of a ready task is known: its attempt takes no room and waits for nobody.</summary>
    public LiveAttempt Intend(TaskNode task, (Sha256 Wiring, Sha256 Operator) wiring, FingerprintRecord fingerprint, DateTimeOffset now)
    {
        var attempt = planner.Intend(task, wiring, now);
        attempt.Fingerprint = fingerprint;
        model.Known.Enqueue(attempt);
        return attempt;
    }

    /// <summary>Takes in that the result of a ready task is not known, or that nobody asks: it waits for room.</summary>
    public void LeaveToOperator(TaskNode task) => model.Ready[task.Key].Enqueue(task, task.Seq);

    /// <inheritdoc cref="LeaveToOperator(TaskNode)"/>
    public void LeaveToOperator(LiveAttempt attempt) => model.Waiting[attempt.Task.Key].Enqueue(attempt);

    /// <summary>Nobody asks for results that may be known.</summary>
    public void LeaveAllToOperators()
    {
        while (model.Unasked.TryDequeue(out var task, out _))
        {
            LeaveToOperator(task);
        }

        while (model.UnaskedAttempts.TryDequeue(out var attempt))
        {
            LeaveToOperator(attempt);
        }
    }

    /// <summary>Lets attempts go whose result is known and whose intent is durable.</summary>
    public IReadOnlyList<LiveAttempt> Release()
    {
        var released = new List<LiveAttempt>();
        while (model.MayStart && model.Known.TryPeek(out var attempt) && (attempt.Durable || attempt.State is not AttemptState.Created))
        {
            model.Known.Dequeue();
            if (attempt is { State: AttemptState.Created, EndAsked: null })
            {
                released.Add(attempt);
            }
        }

        return released;
    }
}
