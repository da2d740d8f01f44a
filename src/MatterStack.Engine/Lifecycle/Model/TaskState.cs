namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>State of a task.</summary>
public enum TaskState
{
    /// <summary>It waits for dependencies.</summary>
    Pending,

    /// <summary>It can start and waits for capacity of its operator. An attempt may be intended already.</summary>
    Ready,

    /// <summary>An attempt is queued or running.</summary>
    Running,

    /// <summary>An attempt waits for a person or an instrument.</summary>
    WaitingExternal,

    /// <summary>An attempt completed.</summary>
    Completed,

    /// <summary>All its attempts failed.</summary>
    Failed,

    /// <summary>A person cancelled it.</summary>
    Cancelled,

    /// <summary>It never started, because a dependency failed, was cancelled or was skipped.</summary>
    Skipped,
}
