using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Commands;

/// <summary>How long machines have still to work on a run. What people and instruments take is not in it: nobody can tell that from what was computed.</summary>
internal sealed class WorkEstimate(TimeProvider clock)
{
    private static readonly HashSet<string> KindsOfOthers = ["human", "manual_hpc", "experiment"];

    private readonly HashSet<int> _keysOfOthers = [];

    private TimeSpan _worked;
    private long? _workingSince;
    private int _done;

    /// <summary>Takes the work that is under way as begun.</summary>
    public void Begin(RunModel model) => Follow(model);

    /// <summary>Takes in that a task waits for somebody, who may be reached by an operator of the campaign's own.</summary>
    public void Wait(TaskNode task) => _keysOfOthers.Add(task.Key);

    /// <summary>Takes in that a machine has ended a task with work of its own.</summary>
    public void Count(RunModel model, TaskNode task)
    {
        if (!IsOfOthers(model, task.Key))
        {
            _done++;
        }
    }

    /// <summary>Lets time count as long as a machine has something to do.</summary>
    public void Follow(RunModel model)
    {
        if (_workingSince is { } since)
        {
            _worked += clock.GetElapsedTime(since);
        }

        _workingSince = model.Count(TaskState.Running) > 0 ? clock.GetTimestamp() : null;
    }

    /// <summary>Words to put behind a summary; empty if nothing can be said.</summary>
    public string Words(RunModel model)
    {
        Follow(model);
        bool[] ofOthers = [.. Enumerable.Range(0, model.Keys.Count).Select(key => IsOfOthers(model, key))];
        var (machines, others) = (0, 0);
        foreach (var task in model.Tasks)
        {
            if (task.State is TaskState.Pending or TaskState.Ready or TaskState.Running or TaskState.WaitingExternal)
            {
                (machines, others) = ofOthers[task.Key] ? (machines, others + 1) : (machines + 1, others);
            }
        }

        var left = _done > 0 && machines > 0 ? $"about {ProgressReporter.Span(_worked / _done * machines)} {(others > 0 ? "of machine work " : "")}left" : null;
        if (model.Count(TaskState.WaitingExternal) > 0 && model.Count(TaskState.Running) + model.Count(TaskState.Ready) == 0)
        {
            return "; goes on when they have answered" + (left is null ? "" : ", then " + left);
        }

        return left is null ? "" : "; " + left;
    }

    private bool IsOfOthers(RunModel model, int key) => _keysOfOthers.Contains(key) || KindsOfOthers.Contains(model.Keys[key].Kind);
}
