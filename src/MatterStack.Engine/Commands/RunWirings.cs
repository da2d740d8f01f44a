using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>Resolves the wiring of a run whose lock is held, and lets the run's store know what happened to it.</summary>
internal static class RunWirings
{
    /// <summary>The wiring in force; its notices have been reported.</summary>
    public static Result<RunWiring> Resolve(CommandContext context, RunStore store, bool ended)
    {
        var run = store.Run.Path;
        var request = context.WiringRequest() with { ExpectedHash = store.ReadWiring() };
        var resolved = context.Wirings.ResolveForRun(run, ended, request);
        var history = context.Wirings.LoadHistory(run);
        // Also what a refused or failed command has put into the history.
        if (history.TryGet(out var events))
        {
            store.MirrorWiring(events, resolved.TryGet(out var inForce) ? inForce : null, context.Host.Clock.GetUtcNow());
        }

        if (resolved.TryGet(out var wiring))
        {
            context.Report(resolved.Problems);
            context.Report(wiring.Notices);
        }

        return resolved;
    }
}
