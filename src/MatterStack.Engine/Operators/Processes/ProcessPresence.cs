namespace MatterStack.Engine.Operators.Processes;

/// <summary>State of a process that was started earlier.</summary>
internal enum ProcessPresence
{
    Alive,
    Gone,

    /// <summary>The process belongs to another machine or pid namespace: its state is unknown here.</summary>
    Elsewhere,
}
