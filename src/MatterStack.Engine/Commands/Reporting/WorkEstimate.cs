using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Estimates the remaining machine time of a run. The time of people and instruments is not included, since completed machine work
/// does not predict it; neither are held tasks, nor the time of a pause in which nothing runs.</summary>
/// <param name="isExternal">Whether people or instruments do the work of an operator key.</param>
/// <param name="clock">The clock.</param>
internal sealed class WorkEstimate(Func<OperatorKey, bool> isExternal, TimeProvider clock)
{
    private readonly HashSet<int> _externalKeys = [];

    private TimeSpan _worked;
    private long? _workingSince;
    private int _done;

    /// <summary>Starts the measurement with the running attempts.</summary>
    public void StartMeasuring(RunModel model) => MeasureWork(model);

    /// <summary>Records that a task waits for a person or an instrument, also with an operator of a plug-in.</summary>
    public void MarkExternal(TaskNode task) => _externalKeys.Add(task.KeyIndex);

    /// <summary>Counts a task that a machine has ended.</summary>
    public void CountTask(RunModel model, TaskNode task)
    {
        if (!IsExternal(model, task.KeyIndex))
        {
            _done++;
        }
    }

    /// <summary>Adds the time in which at least one task was running. While the run is paused, jobs in a queue are held.</summary>
    public void MeasureWork(RunModel model)
    {
        if (_workingSince is { } since)
        {
            _worked += clock.GetElapsedTime(since);
        }

        var isWorking =
            model.State == RunState.Paused
                ? model.LiveAttempts.Any(static attempt => attempt.State is AttemptState.Running)
                : model.CountTasks(TaskState.Running) > 0;
        _workingSince = isWorking ? clock.GetTimestamp() : null;
    }

    /// <summary>Returns the estimate as the end of a summary line. Returns an empty text if there is no estimate.</summary>
    public string DescribeRemaining(RunModel model)
    {
        MeasureWork(model);
        bool[] ofOthers = [.. Enumerable.Range(0, model.Keys.Count).Select(key => IsExternal(model, key))];
        var (machines, others) = (0, 0);
        foreach (var task in model.Tasks)
        {
            // What follows a held task, a person decides.
            if (task is { Hold: null, IsLeftOut: false } && !task.State.IsEnd())
            {
                (machines, others) = ofOthers[task.KeyIndex] ? (machines, others + 1) : (machines + 1, others);
            }
        }

        var left =
            _done > 0 && machines > 0
                ? $"about {ProgressReporter.FormatSpan(_worked / _done * machines)} {(others > 0 ? "of machine work " : "")}left"
                : null;
        if (model.CountTasks(TaskState.WaitingExternal) > 0 && model.CountTasks(TaskState.Running) + model.CountTasks(TaskState.Ready) == 0)
        {
            return "; goes on when they have answered" + (left is null ? "" : ", then " + left);
        }

        return left is null ? "" : "; " + left;
    }

    private bool IsExternal(RunModel model, int key) => _externalKeys.Contains(key) || isExternal(model.Keys[key]);
}
