using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Logs;

/// <summary>Where the records of an attempt are.</summary>
/// <param name="Run">The run.</param>
/// <param name="RunFolder">Absolute folder of the run.</param>
/// <param name="RelativeFolder">Folder of the attempt, relative to the run's.</param>
internal sealed record AttemptLocation(RunId Run, string RunFolder, string RelativeFolder);
