using System.Globalization;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Resolving;
using MatterStack.Engine.Wiring.Snapshots;

namespace MatterStack.Engine.Commands;

/// <summary>Finds the wiring of the next command: the current run's, or a new run's. Changes nothing.</summary>
internal static class ResolveWiringCommand
{
    /// <summary>Resolves the wiring.</summary>
    /// <param name="context">Workspace, arguments and log.</param>
    /// <param name="listOperators">Whether the items of the result are the operators; without them, settled wiring is not parsed.</param>
    /// <param name="found">The wiring; null if it has errors.</param>
    public static CommandResult Execute(CommandContext context, bool listOperators, out WiringLocation? found)
    {
        WiringLocation? located = null;
        var result = context.RunGuarded(() =>
        {
            var run =
                context.Arguments.RunId is null && context.Runs.ListRuns().Count == 0
                    ? null
                    : context.Runs.FindRun(context.Arguments.RunId).GetValueOrThrow();
            var isPersisted = run is not null && context.Arguments.OperatorsConfig is null;
            if (isPersisted && !listOperators && context.Wirings.FindSettled(run!.Path) is { } settled)
            {
                located = Locate(context, run, settled.Hash, WiringSource.RunPersisted, settled.ResolvedPath);
                return new CommandResult(true, []);
            }

            var wiring = isPersisted ? LoadPersisted(context, run!) : context.Wirings.ResolveWithoutRun(context.CreateWiringRequest());
            if (!wiring.TryGet(out var resolved, out var problems))
            {
                return context.ReportFailure(problems);
            }

            context.ReportProblems(resolved.Warnings);
            located = Locate(context, run, resolved.Hash, resolved.Source, resolved.ResolvedPath);
            var operators = listOperators ? resolved.Operators.Operators.OrderBy(o => o.Key).Select(o => CreateRow(o.Value)) : [];
            return new CommandResult(true, [.. operators]);
        });
        found = located;
        return result;
    }

    private static WiringLocation Locate(CommandContext context, RunFolder? run, Sha256 hash, WiringSource source, string? resolvedPath)
    {
        context.Log.Detail($"wiring {source.ToText()} ({WiringText.GetName(resolvedPath)}), sha256 {hash}");
        return new WiringLocation(hash, source, resolvedPath, run is null ? null : new SnapshotPaths(run.Path).GetCopyPath(hash));
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

    private static ReportItem CreateRow(OperatorWiring wired) =>
        ReportItem.Create(
            wired.Key.Value,
            ("operator_key", wired.Key),
            ("kind", wired.Kind),
            ("backend", wired.Backend.Type),
            ("operator_sha256", wired.Hash),
            ("max_concurrent", wired.MaxConcurrent?.ToString(CultureInfo.InvariantCulture)),
            ("operator_name", wired.OperatorName)
        );
}
