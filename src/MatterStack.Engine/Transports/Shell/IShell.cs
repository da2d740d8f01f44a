namespace MatterStack.Engine.Transports.Shell;

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
