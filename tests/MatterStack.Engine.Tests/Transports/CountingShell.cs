using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Transports;

/// <summary>Counts the bytes that are sent.</summary>
internal sealed class CountingShell(IShell inner, Action<int> sent) : IShell
{
    public string Name => inner.Name;

    public ShellResult Run(ShellCall call, CancellationToken cancel) =>
        inner.Run(
            call.Input is { } input ? call with { Input = stream => input(new CuttingStream(stream, long.MaxValue, sent)) } : call,
            cancel
        );

    public void Dispose() => inner.Dispose();
}
