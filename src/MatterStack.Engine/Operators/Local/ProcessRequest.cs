using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Local;

/// <summary>A script to start in a session of its own.</summary>
/// <param name="Attempt">Put into its environment as <c>MATTERSTACK_ATTEMPT_ID</c>, by which it is found again.</param>
/// <param name="Script">Absolute path, run by <c>/bin/sh</c>.</param>
/// <param name="Stdout">File for its standard output.</param>
/// <param name="Stderr">File for its standard error.</param>
/// <param name="Enclosed">Whether a control group is to hold all that it starts, where one can be made.</param>
internal sealed record ProcessRequest(AttemptId Attempt, string Script, string Stdout, string Stderr, bool Enclosed);
