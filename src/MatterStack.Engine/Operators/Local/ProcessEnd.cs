using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local;

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Exit code, if the process ended by itself.</param>
/// <param name="Signal">Number of the signal that ended it, otherwise.</param>
internal readonly record struct ProcessEnd(int? ExitCode, int? Signal);
