using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators;

namespace MatterStack.Benchmarks;

/// <summary>An operator without an outside: attempts complete at once, or wait for ever.</summary>
internal sealed class MemoryOperator(Action<Observation> report, bool waits, Action? started) : AttemptOperator
{
    /// <summary>This machine with such operators and room for all attempts at once.</summary>
    public static EngineHost Host(bool waits, Action? started = null) =>
        EngineHost.ThisMachine() with
        {
            Cores = 1_000_000,
            Operators = (_, report) => new MemoryOperator(report, waits, started),
        };

    public override void Observe(IReadOnlyList<AttemptRequest> live) { }

    public override void Start(AttemptRequest request)
    {
        started?.Invoke();
        if (waits)
        {
            report(new Observation.WaitingExternally(request.Attempt, DateTimeOffset.UtcNow, "an instrument"));
            return;
        }

        report(new Observation.Started(request.Attempt, DateTimeOffset.UtcNow, "memory"));
        report(new Observation.Exited(request.Attempt, DateTimeOffset.UtcNow, new AttemptEnd { ExitCode = 0 }));
    }

    public override void Cancel(AttemptRequest request, string reason) { }
}
