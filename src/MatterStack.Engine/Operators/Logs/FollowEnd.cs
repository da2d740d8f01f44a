namespace MatterStack.Engine.Operators.Logs;

/// <summary>Why following has ended.</summary>
/// <param name="ExitCode">Exit code of the command, which has ended; null if it is not known to have ended.</param>
/// <param name="Problem">Why the files cannot be read on; null if they could.</param>
internal sealed record FollowEnd(int? ExitCode, string? Problem);
