using MatterStack.Engine.Tests.Faults;
using MatterStack.Engine.Tests.Operators.Local;

namespace MatterStack.Engine.Tests;

/// <summary>The tests; or a process of its own that moves a run for one of them.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) =>
        args is [MovingProcess.Argument, var verb, var folder, var killedAt] ? Task.FromResult(MovingProcess.Move(verb, folder, killedAt))
        : args is [SignalledStarts.Argument, var place, var signal] ? Task.FromResult(SignalledStarts.Run(place, signal))
        : MicrosoftTestingPlatformApplication.RunAsync(args);
}
