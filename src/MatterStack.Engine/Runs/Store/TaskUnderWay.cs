namespace MatterStack.Engine.Runs.Store;

/// <summary>What an attempt that has not ended takes from the row of its task.</summary>
/// <param name="Reason">The recorded reason of a running or waiting task; null if there is none.</param>
/// <param name="Definition">The task's definition as stored: JSON in UTF-8.</param>
internal readonly record struct TaskUnderWay(string? Reason, ReadOnlyMemory<byte> Definition);
