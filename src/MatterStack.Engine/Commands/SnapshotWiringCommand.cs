using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Stores the wiring in the current run, if there is one. If the run has another wiring, the command refuses, or replaces it with
/// <c>ForceWiringOverride</c>.</summary>
internal static class SnapshotWiringCommand
{
    public static CommandResult Execute(CommandContext context) =>
        context.RunGuarded(() =>
        {
            if (context.Arguments.RunId is null && context.Runs.ListRuns().Count == 0)
            {
                context.Log.Detail("There is no run yet; Init, Step or Loop creates one with its wiring.");
                return new CommandResult(true, []);
            }

            if (
                !context.Runs.FindRun(context.Arguments.RunId).TryGet(out var run, out var problems)
                || !RunLock.Acquire(run, context.Host.Clock, context.Workspace.TrustLocks).TryGet(out var held, out problems)
            )
            {
                return context.ReportFailure(problems);
            }

            using (held)
            {
                context = context.WithGroupAccessOf(run);
                using var store = RunStore.Open(run, context.Host.Disk);
                return RunWiringResolution.ResolveWiring(context, store, store.ReadState().IsEnd()).TryGet(out var wiring, out problems)
                    ? new CommandResult(true, [ReportItem.Create(wiring.Hash.Hex, ("run_id", run.Id), ("wiring_sha256", wiring.Hash))])
                    : context.ReportFailure(problems);
            }
        });
}
