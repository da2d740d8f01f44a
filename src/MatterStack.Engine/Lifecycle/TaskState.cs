namespace MatterStack.Engine.Lifecycle;

/// <summary>State of a task.</summary>
public enum TaskState
{
    /// <summary>Waits for dependencies.</summary>
    Pending,

    /// <summary>Could start; waits for room on its operator, perhaps with an attempt already intended.</summary>
    Ready,

    /// <summary>An attempt is under way.</summary>
    Running,

    /// <summary>An attempt waits for a person or an instrument.</summary>
    WaitingExternal,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>All its attempts failed.</summary>
    Failed,

    /// <summary>Ended by a person.</summary>
    Cancelled,

    /// <summary>Never started, because of what happened to a dependency.</summary>
    Skipped,
}
