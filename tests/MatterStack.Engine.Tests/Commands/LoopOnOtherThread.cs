using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>A loop on a thread of its own, as in another process.</summary>
internal sealed class LoopOnOtherThread : IDisposable
{
    private readonly Thread _thread;

    public LoopOnOtherThread(CommandWorld world, RunArguments arguments)
    {
        var (context, source) = (world.Context(arguments), world.Source());
        _thread = new Thread(() => TickCommand.Loop(context, source, CancellationToken.None)) { IsBackground = true };
        _thread.Start();
    }

    public void Join() => Assert.IsTrue(_thread.Join(TimeSpan.FromSeconds(30)), "the loop hung");

    public void Dispose() => _thread.Join(TimeSpan.FromSeconds(30));
}
