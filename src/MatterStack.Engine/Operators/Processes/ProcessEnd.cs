namespace MatterStack.Engine.Operators.Processes;

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Exit code, if the process ended by itself.</param>
/// <param name="Signal">Number of the signal that ended it, otherwise.</param>
/// <param name="Usage">What it used; null if the system did not say.</param>
internal readonly record struct ProcessEnd(int? ExitCode, int? Signal, ProcessUsage? Usage = null);
