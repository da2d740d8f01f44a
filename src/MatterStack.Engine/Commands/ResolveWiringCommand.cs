using System.Globalization;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands;

/// <summary>Finds the wiring of the next command: the current run's, or a new run's. Changes nothing.</summary>
internal static class ResolveWiringCommand
{
    /// <summary>Resolves the wiring.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="snapshot">Path of this wiring in the current run, whether it exists or not; null if there is no run.</param>
    /// <param name="wiring">The wiring; null if it has errors.</param>
    public static CommandResult Execute(CommandContext context, out string? snapshot, out RunWiring? wiring)
    {
        string? kept = null;
        RunWiring? resolved = null;
        var result = context.RunGuarded(() =>
        {
            var run = context.Arguments.RunId is null && context.Runs.ListRuns().Count == 0 ? null : context.Runs.FindRun(context.Arguments.RunId).GetValueOrThrow();
            var found = run is not null && context.Arguments.OperatorsConfig is null ? LoadPersisted(context, run) : context.Wirings.ResolveWithoutRun(context.CreateWiringRequest());
            if (!found.TryGet(out resolved, out var problems))
            {
                return context.ReportFailure(problems);
            }

            context.ReportProblems(resolved.Warnings);
            kept = run is null ? null : Path.Combine(run.WiringSnapshotFolder, "by-sha256", resolved.Hash + ".yaml");
            context.Log.Detail($"wiring {resolved.Source.ToText()} ({WiringText.GetName(resolved)}), sha256 {resolved.Hash}");
            return new CommandResult(true, [.. resolved.Operators.Operators.OrderBy(o => o.Key).Select(o => CreateRow(o.Value))]);
        });
        (snapshot, wiring) = (kept, resolved);
        return result;
    }

    // A snapshot that was changed by hand is recorded as such by the command that finds it, and recording needs the lock.
    private static Result<RunWiring> LoadPersisted(CommandContext context, RunFolder run)
    {
        var loaded = context.Wirings.LoadPersisted(run.Path);
        if (loaded.IsSuccess || !RunLock.Acquire(run, context.Host.Clock, context.Workspace.TrustLocks).TryGet(out var held))
        {
            return loaded;
        }

        using (held)
        {
            using var store = RunStore.Open(run, context.Host.Disk);
            return RunWiringResolution.ResolveWiring(context, store, store.ReadState().IsEnd());
        }
    }

    private static ReportItem CreateRow(OperatorWiring wired) => ReportItem.Create(wired.Key.Value,
        ("operator_key", wired.Key), ("kind", wired.Kind), ("backend", wired.Backend.Type), ("operator_sha256", wired.Hash),
        ("max_concurrent", wired.MaxConcurrent?.ToString(CultureInfo.InvariantCulture)), ("operator_name", wired.OperatorName));
}
