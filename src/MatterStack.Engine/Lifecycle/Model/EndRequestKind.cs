namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Origin of an end request.</summary>
internal enum EndRequestKind
{
    /// <summary>A person.</summary>
    Cancel,

    /// <summary>The task's time limit.</summary>
    TimeLimit,

    /// <summary>An amendment of the task. The attempt ends only if it has not begun, and another one follows.</summary>
    Replacement,
}
