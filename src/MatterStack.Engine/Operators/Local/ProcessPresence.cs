using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local;

/// <summary>State of a process that was started earlier.</summary>
internal enum ProcessPresence
{
    Alive,
    Gone,

    /// <summary>The process belongs to another machine or pid namespace: its state is unknown here.</summary>
    Elsewhere,
}
