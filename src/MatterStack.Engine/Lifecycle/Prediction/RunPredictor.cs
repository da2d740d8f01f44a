using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;

namespace MatterStack.Engine.Lifecycle.Prediction;

/// <summary>Predicts what the next loop does with each task of a run. It decides as the planners do, but follows a chain of known results
/// to its end, and starts nothing.</summary>
/// <remarks>A result that cannot be known is a value, never a guess: whatever depends on it is unknown, too.</remarks>
/// <param name="model">The run. It is not changed.</param>
/// <param name="limits">Limits of the wiring.</param>
/// <param name="lookup">Looks up known results.</param>
/// <param name="isSelected">Whether the command selects a task, by its position; null: it selects all.</param>
internal sealed class RunPredictor(RunModel model, WiringLimits limits, IResultLookup lookup, Func<int, bool>? isSelected = null)
{
    private const int MaxNamed = 3;

    private readonly PredictedTask?[] _predicted = new PredictedTask?[model.Tasks.Count];
    private readonly Capacity _capacity = new(model);

    /// <summary>Predicts all tasks, in the order of their declaration.</summary>
    public IReadOnlyList<PredictedTask> PredictTasks()
    {
        _capacity.ApplyLimits(limits);
        var open = new int[model.Tasks.Count];
        var next = new Queue<int>();
        foreach (var task in model.Tasks)
        {
            open[task.Position] = task.DependsOn.Length;
            if (task.DependsOn.Length == 0)
            {
                next.Enqueue(task.Position);
            }
        }

        // Dependencies first, without recursion: chains may be long.
        while (next.TryDequeue(out var position))
        {
            _predicted[position] = PredictTask(model.Tasks[position]);
            foreach (var dependent in model.Tasks[position].Dependents)
            {
                if (--open[dependent] == 0)
                {
                    next.Enqueue(dependent);
                }
            }
        }

        return [.. model.Tasks.Select(task => _predicted[task.Position] ?? Waits(task, []))];
    }

    private PredictedTask PredictTask(TaskNode task) =>
        task.State == TaskState.Completed ? new(task, PredictedAction.Known, PredictedCause.Recorded)
        : task.State.IsEnd() ? new(task, PredictedAction.None, PredictedCause.Ended)
        : task.LiveAttempt is { } attempt ? PredictAttempt(task, attempt)
        : model.CancelRequest is not null ? new(task, PredictedAction.None, PredictedCause.RunEnds)
        : isSelected?.Invoke(task.Position) == false ? new(task, PredictedAction.None, PredictedCause.NotSelected)
        : task.Hold is { } hold ? new(task, PredictedAction.Unknown, PredictedCause.Held, hold.Reason)
        : FindMissingDependency(task) is { } missing
            ? new(task, PredictedAction.None, PredictedCause.DependencyEnds, missing.Task.Id.Value) { WaitsFor = [missing.Task] }
        : FindOpenDependencies(task) is { Count: > 0 } waiting ? Waits(task, waiting)
        : PredictReadyTask(task);

    // An intended attempt is looked up like a task: the command that intended it may have died.
    private PredictedTask PredictAttempt(TaskNode task, LiveAttempt attempt) =>
        attempt.State is AttemptState.Created && isSelected?.Invoke(task.Position) == false
            ? new(task, PredictedAction.None, PredictedCause.NotSelected)
        : attempt.State is AttemptState.Created
        && attempt.EndRequest is null
        && model.CancelRequest is null
        && CanBeCached(task)
        && lookup.LookUpAttempt(attempt) is { IsHit: true } hit
            ? new(task, PredictedAction.Known, PredictedCause.Cached, hit.Details)
        : new(task, PredictedAction.Run, PredictedCause.UnderWay);

    private PredictedTask PredictReadyTask(TaskNode task)
    {
        var limit = _capacity.GetLimit(task);
        if (limit.UnroutableReason is { } unroutable)
        {
            return new(task, PredictedAction.None, PredictedCause.CannotStart, unroutable);
        }

        var answer = task.IsCacheable && !task.MustRecompute ? lookup.LookUpTask(task, ListCompleted(task)) : default;
        if (answer.IsHit && CanBeCached(task))
        {
            return new(task, PredictedAction.Known, PredictedCause.Cached, answer.Details);
        }

        return _capacity.FindTooLargeReason(task) is { } tooLarge
            ? new(task, PredictedAction.None, PredictedCause.CannotStart, tooLarge)
            : new(
                task,
                PredictedAction.Run,
                task.MustRecompute ? PredictedCause.Forced
                    : answer.IsDamaged ? PredictedCause.Damaged
                    : task.AttemptCount > 0 ? PredictedCause.Retry
                    : !CanBeCached(task) || answer.IsNotCacheable ? PredictedCause.NotCacheable
                    : PredictedCause.Miss,
                answer.Details
            );
    }

    private bool CanBeCached(TaskNode task) =>
        task is { IsCacheable: true, MustRecompute: false } && _capacity.GetLimit(task) is { UnroutableReason: null, IsCacheable: true };

    private List<PredictedTask> ListCompleted(TaskNode task)
    {
        var completed = new List<PredictedTask>(task.DependsOn.Length);
        foreach (var dependency in task.DependsOn)
        {
            if (_predicted[dependency] is { Action: PredictedAction.Known } known)
            {
                completed.Add(known);
            }
        }

        return completed;
    }

    private PredictedTask? FindMissingDependency(TaskNode task) =>
        task.AllowDependencyFailure
            ? null
            : task
                .DependsOn.Select(position => _predicted[position]!)
                .FirstOrDefault(d => EndsWithoutResult(d.Cause) && !IsPassed(task, d));

    // A task that a person has asked for again is ready although a dependency has no result.
    private static bool IsPassed(TaskNode task, PredictedTask dependency) =>
        task.State == TaskState.Ready && dependency.Cause == PredictedCause.Ended;

    private List<TaskNode> FindOpenDependencies(TaskNode task)
    {
        var open = new List<TaskNode>();
        // A ready task does not wait for a dependency that a person has asked for again.
        foreach (var dependency in task.State == TaskState.Ready ? [] : task.DependsOn)
        {
            if (_predicted[dependency] is { Action: not PredictedAction.Known } other && !EndsWithoutResult(other.Cause))
            {
                open.Add(other.Task);
            }
        }

        return open;
    }

    private static bool EndsWithoutResult(PredictedCause cause) =>
        cause is PredictedCause.Ended or PredictedCause.DependencyEnds or PredictedCause.CannotStart;

    private static PredictedTask Waits(TaskNode task, List<TaskNode> dependencies) =>
        new(
            task,
            PredictedAction.Unknown,
            PredictedCause.Waits,
            string.Join(", ", dependencies.Take(MaxNamed).Select(static d => d.Id.Value))
                + (dependencies.Count > MaxNamed ? FormattableString.Invariant($" and {dependencies.Count - MaxNamed} more") : "")
        )
        {
            WaitsFor = dependencies,
        };
}
