namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>State of a run.</summary>
public enum RunState
{
    /// <summary>Created, before the first tick.</summary>
    Pending,

    /// <summary>Ticks start and observe attempts.</summary>
    Running,

    /// <summary>A person paused it: no new attempt starts.</summary>
    Paused,

    /// <summary>All tasks have ended and none failed, except those that may fail.</summary>
    Completed,

    /// <summary>A task failed or was cancelled, and no other task can start.</summary>
    Failed,

    /// <summary>A person cancelled it.</summary>
    Cancelled,
}
