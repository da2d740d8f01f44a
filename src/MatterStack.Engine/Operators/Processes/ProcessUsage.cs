namespace MatterStack.Engine.Operators.Processes;

/// <summary>What a process and its descendants used, as far as they were waited for.</summary>
/// <param name="CpuTime">Processor time of all of them, user and system.</param>
/// <param name="PeakMemoryBytes">Largest resident memory of one of them, in bytes; null if it is not known.</param>
/// <param name="MemoryNote">Why the memory is not known, as text for people; null if it is.</param>
internal readonly record struct ProcessUsage(TimeSpan CpuTime, long? PeakMemoryBytes, string? MemoryNote = null);
