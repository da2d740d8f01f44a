namespace MatterStack.Engine.Lifecycle;

/// <summary>State of a run.</summary>
public enum RunState
{
    /// <summary>Created, no tick yet.</summary>
    Pending,

    /// <summary>Ticks move it on.</summary>
    Running,

    /// <summary>A person stopped it for a while: nothing new is started.</summary>
    Paused,

    /// <summary>All is done.</summary>
    Completed,

    /// <summary>A task failed and nothing else can proceed.</summary>
    Failed,

    /// <summary>A person ended it.</summary>
    Cancelled,
}
