using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Resolves the wiring of a locked run, and copies its history into the run's store.</summary>
internal static class RunWiringResolution
{
    /// <summary>Whether <see cref="ResolveWiring"/> would neither report nor record anything for an ended run.</summary>
    public static bool IsSettled(CommandContext context, RunStore store) =>
        context.Arguments is { OperatorsConfig: null, HpcConfig: null, Profile: null }
        && context.Wirings.FindSettled(store.Run.Path) is { } settled
        && store.HasWiring(settled.Hash, settled.History);

    /// <summary>Resolves the wiring in force; its notices are reported.</summary>
    public static Result<RunWiring> ResolveWiring(CommandContext context, RunStore store, bool ended)
    {
        var run = store.Run.Path;
        var request = context.CreateWiringRequest() with { ExpectedHash = store.ReadWiringHash() };
        var resolved = context.Wirings.ResolveForRun(run, ended, request);
        var history = context.Wirings.LoadHistory(run);
        // A refused or failed command also adds to the history.
        if (history.TryGet(out var events))
        {
            store.RecordWiring(events, resolved.TryGet(out var inForce) ? inForce : null, context.Host.Clock.GetUtcNow());
        }

        if (resolved.TryGet(out var wiring))
        {
            context.ReportProblems(resolved.Problems);
            context.ReportProblems(wiring.Warnings);
        }

        return resolved;
    }
}
