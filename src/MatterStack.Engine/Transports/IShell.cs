namespace MatterStack.Engine.Transports;

/// <summary>A machine on which commands can be run and to which files can be moved: this one, or one that is reached over ssh.</summary>
/// <remarks>Files move as what commands read and write, so one way there serves for both.</remarks>
internal interface IShell : IDisposable
{
    /// <summary>The machine's name for people.</summary>
    string Name { get; }

    /// <summary>Runs a script there with <c>/bin/sh</c> and waits for its end. Never throws because of what happens outside: an answer that did not come in whole is <see cref="ShellAnswer.None"/>.</summary>
    ShellAnswer Run(ShellCall call, CancellationToken cancel);
}

/// <summary>A script to run.</summary>
/// <param name="Script">POSIX shell text, complete. It must not be trusted to run at most once: a lost answer may hide that it ran.</param>
/// <param name="TimeLimit">How long the answer may take; with <see cref="Input"/> or <see cref="Output"/>: how long nothing may move.</param>
internal sealed record ShellCall(string Script, TimeSpan TimeLimit)
{
    /// <summary>Writes what the script reads; null: it reads nothing.</summary>
    public Action<Stream>? Input { get; init; }

    /// <summary>Takes what the script writes, as it comes; null: it is in the answer.</summary>
    public Stream? Output { get; init; }
}

/// <summary>What became of a script.</summary>
internal abstract record ShellAnswer
{
    private ShellAnswer()
    {
    }

    /// <summary>It ran to its end.</summary>
    /// <param name="ExitCode">Its exit code.</param>
    /// <param name="Output">What it wrote, without what a login adds; empty if it went to a stream.</param>
    /// <param name="Error">What it wrote to its error stream.</param>
    public sealed record Ended(int ExitCode, string Output, string Error) : ShellAnswer;

    /// <summary>No whole answer came: it may have run, in part or as a whole, or not.</summary>
    /// <param name="Why">For people.</param>
    /// <param name="Reached">Whether the machine had begun to answer.</param>
    public sealed record None(string Why, bool Reached) : ShellAnswer;
}
