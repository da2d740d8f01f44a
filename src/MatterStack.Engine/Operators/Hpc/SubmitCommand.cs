namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The command of a scheduler that submits a job.</summary>
/// <param name="Text">The command with its arguments, as shell text. An array's script is its input; a single job's script is
/// <c>submit.sh</c> in the current folder.</param>
/// <param name="IdPatterns">Commands of <c>sed -nE</c> that print the job's number from each matching line of the command's output.</param>
internal sealed record SubmitCommand(string Text, string IdPatterns)
{
    /// <summary>Shell text that runs before the command.</summary>
    public string Setup { get; init; } = "";

    /// <summary>
    /// Shell patterns of messages that announce a later retry by the command itself; empty if it never retries. The command sleeps at that
    /// moment and is killed.
    /// </summary>
    public string RetryMessages { get; init; } = "";
}
