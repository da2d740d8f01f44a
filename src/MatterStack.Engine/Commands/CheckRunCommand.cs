using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Checks;
using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands;

/// <summary>Checks a run in its folder: its records against each other, its outputs and its wiring against the records. Changes
/// nothing.</summary>
internal static class CheckRunCommand
{
    // Keeps the report readable.
    private const int MaxReported = 100;

    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            // Records are consistent only while no process writes them. A read-only run cannot be locked here, and a user who may write it
            // may drive it now.
            var locked = RunLock.Acquire(run, context.Host.Clock, context.Workspace.TrustLocks);
            if (
                !locked.TryGet(out var held, out var problems)
                && (problems[0].Code == RunCodes.Locked ? problems[0] : RunLock.FindHolder(run)) is { } holder
            )
            {
                return context.ReportFailure([holder]);
            }

            using (held)
            {
                var schema = BuiltInOperators.Catalog.Schema.ForChecking();
                var wrong = RunChecker.CheckFolder(
                    run,
                    new WiringService(context.Host.Disk, context.Host.Clock, schema),
                    new WiringVerifier(context.Host.Disk, schema)
                );
                if (wrong.Count > 0 && held is null && RunLock.FindHolder(run) is { } begun)
                {
                    return context.ReportFailure([begun]);
                }

                context.ReportProblems(wrong.Take(MaxReported));
                var good = wrong.Count == 0;
                var finding = good
                    ? "is sound: its records are consistent, its outputs and its wiring are as recorded"
                    : $"is NOT sound: {CountText.FormatCount(wrong.Count, "problem")}";
                context.Log.Info($"{context.Workspace.Slug}: run {run.Id} {finding}");
                return new CommandResult(
                    good,
                    [
                        ReportItem.Create(
                            run.Id.Value,
                            ("run_id", run.Id.Value),
                            ("valid", good ? "true" : "false"),
                            ("problems", wrong.Count),
                            ("path", run.Path)
                        ),
                    ]
                );
            }
        });
}
