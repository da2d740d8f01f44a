namespace MatterStack.Engine.Transports.Shell;

/// <summary>Result of a script.</summary>
internal abstract record ShellResult
{
    private ShellResult() { }

    /// <summary>The script ran to its end.</summary>
    /// <param name="ExitCode">Its exit code.</param>
    /// <param name="Output">Its output, without the text of a login; empty if it went to a stream.</param>
    /// <param name="Error">Its error output.</param>
    public sealed record Ended(int ExitCode, string Output, string Error) : ShellResult;

    /// <summary>There is no complete answer: the script may have run completely, in part or not at all.</summary>
    /// <param name="Reason">Reason, for people.</param>
    /// <param name="WasReached">Whether the machine had begun to answer.</param>
    public sealed record NoAnswer(string Reason, bool WasReached) : ShellResult;
}
