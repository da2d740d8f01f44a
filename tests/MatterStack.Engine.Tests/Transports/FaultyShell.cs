using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Tests.Transports;

/// <summary>A machine behind a bad line: calls are lost before or after they ran, streams break, and every log-in says more than it was
/// asked.</summary>
internal sealed class FaultyShell(IShell inner) : IShell
{
    public string Name => inner.Name;

    /// <summary>Decides before each call what happens to it; null: nothing.</summary>
    public Func<ShellCall, Fault?> Next { get; set; } = _ => null;

    public int Calls { get; private set; }

    public ShellResult Run(ShellCall call, CancellationToken cancel)
    {
        Calls++;
        switch (Next(call))
        {
            case null:
                return inner.Run(call, cancel);
            case Fault.Refused:
                return new ShellResult.NoAnswer("Connection refused", WasReached: false);
            case Fault.AnswerLost:
                inner.Run(call, cancel);
                return new ShellResult.NoAnswer("Connection reset by peer", WasReached: false);
            case Fault.Garbage garbage:
                return new ShellResult.Ended(garbage.ExitCode, garbage.Text, garbage.Error);
            case Fault.CutAfter cut:
                var cutCall = call with
                {
                    Input = call.Input is { } input ? stream => input(new CuttingStream(stream, cut.Bytes)) : null,
                    Output = call.Output is { } output ? new CuttingStream(output, cut.Bytes) : null,
                };
                inner.Run(cutCall, cancel);
                return new ShellResult.NoAnswer("Broken pipe", WasReached: true);
            case var other:
                throw new InvalidOperationException($"No rule for {other}");
        }
    }

    public void Dispose() => inner.Dispose();
}

/// <summary>What happens to a call.</summary>
internal abstract record Fault
{
    /// <summary>It never gets there.</summary>
    public sealed record Refused : Fault;

    /// <summary>It runs, and nobody hears of it.</summary>
    public sealed record AnswerLost : Fault;

    /// <summary>Something else answers.</summary>
    public sealed record Garbage(int ExitCode, string Text, string Error = "") : Fault;

    /// <summary>The connection breaks after so many bytes.</summary>
    public sealed record CutAfter(long Bytes) : Fault;
}
