using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Checks a run where it lies: its records against each other, its outputs and its wiring against what was recorded. Changes nothing of it.</summary>
internal static class CheckRunCommand
{
    // However much is wrong, what is said of it stays readable.
    private const int MostReported = 100;

    public static CommandResult Execute(CommandContext context) => context.Guard(() =>
    {
        if (!context.Runs.Find(context.Arguments.RunId).TryGet(out var run, out var problems))
        {
            return context.Fail(problems);
        }

        // Records fit each other only while nobody changes them. A run that may only be read cannot be locked here, and may be moved by who may write it.
        var locked = RunLock.Acquire(run, context.Host.Clock, context.Workspace.TrustLocks);
        if (!locked.TryGet(out var held, out problems) && (problems[0].Code == RunCodes.Locked ? problems[0] : RunLock.FindHolder(run)) is { } holder)
        {
            return context.Fail([holder]);
        }

        using (held)
        {
            var wrong = RunChecker.Check(run);
            if (wrong.Count > 0 && held is null && RunLock.FindHolder(run) is { } begun)
            {
                return context.Fail([begun]);
            }

            context.Report(wrong.Take(MostReported));
            var good = wrong.Count == 0;
            context.Log.Say($"{context.Workspace.Slug}: run {run.Id} {(good ? "is sound: its records fit each other, its outputs and its wiring are what was recorded" : $"is NOT sound: {wrong.Count} problem{(wrong.Count == 1 ? "" : "s")}")}");
            return new CommandResult(good, [ReportItem.Of(run.Id.Value, ("run_id", run.Id.Value), ("valid", good ? "true" : "false"), ("problems", wrong.Count), ("path", run.Path))]);
        }
    });
}
