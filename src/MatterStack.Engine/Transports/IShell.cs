namespace MatterStack.Engine.Transports;

/// <summary>Runs commands on a machine and moves files to it and from it: on this machine, or over ssh.</summary>
/// <remarks>Files move as the input and output of commands, so one connection is enough.</remarks>
internal interface IShell : IDisposable
{
    /// <summary>The machine's name for people.</summary>
    string Name { get; }

    /// <summary>Runs a script there with <c>/bin/sh</c> and waits for its end. Outside failures are values, not exceptions: an incomplete
    /// answer is <see cref="ShellResult.NoAnswer"/>.</summary>
    ShellResult Run(ShellCall call, CancellationToken cancel);
}

/// <summary>A script to run.</summary>
/// <param name="Script">Complete POSIX shell text. It may have run even if its answer was lost, so a retry may run it again.</param>
/// <param name="TimeLimit">Time limit of the answer; with <see cref="Input"/> or <see cref="Output"/>: longest time without data.</param>
internal sealed record ShellCall(string Script, TimeSpan TimeLimit)
{
    /// <summary>Writes the script's input; null: it has none.</summary>
    public Action<Stream>? Input { get; init; }

    /// <summary>Receives the script's output as it arrives; null: the answer contains it.</summary>
    public Stream? Output { get; init; }
}

/// <summary>Result of a script.</summary>
internal abstract record ShellResult
{
    private ShellResult()
    {
    }

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
