namespace MatterStack.Engine.Operators.Processes;

/// <summary>A signal.</summary>
internal enum ProcessSignal
{
    /// <summary>Asks the process to end.</summary>
    Terminate,

    /// <summary>Stops the process, so that it starts no others.</summary>
    Stop,

    /// <summary>Ends the process.</summary>
    Kill,
}
