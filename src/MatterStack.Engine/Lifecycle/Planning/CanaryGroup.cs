using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Tasks that are alike. One of them, the canary, starts first; the others wait until it has completed.</summary>
internal sealed class CanaryGroup
{
    /// <summary>All tasks of the group.</summary>
    public List<TaskNode> Tasks { get; } = [];

    /// <summary>Whether its tasks need not wait: one of them has completed, or a person decided that the others go on after one had
    /// failed.</summary>
    public bool IsOpen { get; set; }

    /// <summary>The task that started first; null if none has.</summary>
    public TaskNode? Canary { get; set; }

    /// <summary>The task that has failed for good, and why, until the run is paused for it; null if there is none.</summary>
    public (TaskNode Task, string Reason)? Failed { get; set; }

    /// <summary>Ready tasks that wait.</summary>
    public List<TaskNode> Waiting { get; } = [];

    /// <summary>Whether tasks of the group wait for one of them.</summary>
    public bool IsClosed => !IsOpen && Tasks.Count > 1;

    /// <summary>Makes another task that has begun the canary, or none.</summary>
    public void ReplaceCanary() =>
        Canary = Tasks.Find(static task => task is { IsLeftOut: false, AttemptCount: > 0 } && !task.State.IsEnd());

    /// <summary>Adds a task.</summary>
    public void Add(TaskNode task)
    {
        Tasks.Add(task);
        // A run pauses when a canary has failed. If it goes on, a person has decided so.
        IsOpen |= task.State is TaskState.Completed or TaskState.Failed;
        if (Canary is null && !task.State.IsEnd() && (task.AttemptCount > 0 || task.LiveAttempt is not null))
        {
            Canary = task;
        }
    }
}
