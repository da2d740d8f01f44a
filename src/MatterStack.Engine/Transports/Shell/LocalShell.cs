namespace MatterStack.Engine.Transports.Shell;

/// <summary>Runs scripts on this machine.</summary>
/// <param name="environment">Environment of the scripts.</param>
/// <param name="clock">Measures time limits.</param>
internal sealed class LocalShell(IReadOnlyDictionary<string, string> environment, TimeProvider clock) : IShell
{
    public string Name => "this machine";

    public ShellResult Run(ShellCall call, CancellationToken cancel) =>
        ProcessShell.Run(["/bin/sh", "-s"], script => ["/bin/sh", "-c", script], environment, call, clock, cancel);

    public void Dispose() { }
}
