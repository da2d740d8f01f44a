using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Processes;

/// <summary>A script to start in its own session.</summary>
/// <param name="Attempt">The attempt. Its id is set as <c>MATTERSTACK_ATTEMPT_ID</c>, so that its processes are found again.</param>
/// <param name="Script">Absolute path, run by <c>/bin/sh</c>.</param>
/// <param name="Stdout">File for its standard output.</param>
/// <param name="Stderr">File for its standard error.</param>
/// <param name="UsesControlGroup">Whether a control group holds all its processes, if one can be created.</param>
internal sealed record ProcessRequest(AttemptId Attempt, string Script, string Stdout, string Stderr, bool UsesControlGroup)
{
    /// <summary>Variables in addition to those of this process; empty for most.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];
}
