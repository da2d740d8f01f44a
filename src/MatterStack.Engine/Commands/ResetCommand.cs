using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Commands.Reporting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Commands;

/// <summary>Deletes one run, after it has shown what is deleted. It refuses while an attempt is live.</summary>
internal static class ResetCommand
{
    public static CommandResult Execute(CommandContext context) =>
        context.WithRun(run =>
        {
            if (!RunLock.Acquire(run, context.Host.Clock, context.Workspace.TrustLocks).TryGet(out var held, out var problems))
            {
                return context.ReportFailure(problems);
            }

            using (held)
            {
                var item = RunReportItem.Create(context, run);
                using (var reader = new RunReader(run))
                {
                    if (reader.ReadLiveAttempts().FirstOrDefault() is { } live)
                    {
                        if (reader.ReadOpenEnds().FirstOrDefault(e => e.AttemptId is not null) is { } asked)
                        {
                            return context.ReportFailure([
                                new Problem(
                                    RunCodes.RequestRefused,
                                    $"Run {run.Id} has attempts that have not ended: {asked.TaskId} ({asked.AttemptId}) "
                                        + $"{RequestedEndText.DescribeAttempt(asked)}",
                                    $"{RequestedEndText.SuggestCommands(asked)}. Then -t:Reset again."
                                ),
                            ]);
                        }

                        var why = reader.FindTaskOf(live)?.Reason;
                        return context.ReportFailure([
                            new Problem(
                                RunCodes.RequestRefused,
                                $"Run {run.Id} has attempts that have not ended: {live.TaskId} ({live.AttemptId})"
                                    + $"{(why is null ? "" : ": " + why)}",
                                "End them first with -t:Cancel. For attempts that cannot be reached, give -t:CleanupOrphans afterwards."
                            ),
                        ]);
                    }
                }

                var files = Directory
                    .EnumerateFiles(run.Path, "*", SearchOption.AllDirectories)
                    .Select(f => new FileInfo(f).Length)
                    .ToList();
                var what =
                    $"run {run.Id} ({item.Metadata["state"]}, {item.Metadata["completed"]} of {item.Metadata["tasks"]} tasks completed, "
                    + $"{CountText.FormatCount(files.Count, "file")}, {files.Sum() / 1e6:0.0} MB) in {run.Path}";
                if (!context.Arguments.Confirm)
                {
                    context.Log.Info(
                        $"{context.Workspace.Slug}: would delete {what}; nothing was deleted. To do it: "
                            + $"-t:Reset -p:RunId={run.Id} -p:Confirm=true"
                    );
                    return new CommandResult(true, [item]);
                }

                // The folder is renamed first: an interrupted deletion leaves nothing that looks like a run.
                var doomed = Path.Combine(context.Runs.Path, RunsFolder.DeletedPrefix + run.Id);
                context.Host.Disk.MoveDirectory(run.Path, doomed);
                // On NFS and sshfs a file that is deleted while open stays under another name, and so does its folder. The lock is such a
                // file.
                held.Dispose();
                if (context.Runs.DeleteLeftovers(context.Host.Disk) is { } left)
                {
                    context.Log.Report(
                        new Problem(
                            RunCodes.FolderNotWritable,
                            $"Run {run.Id} is deleted, but not all of its files could be removed: {left}",
                            "The remaining files are no run. -t:Reset and -t:Init remove them when no process has them open.",
                            new SourcePosition(doomed)
                        ).AsWarning()
                    );
                }

                context.Log.Info($"{context.Workspace.Slug}: deleted {what}");
                return new CommandResult(true, [item]);
            }
        });
}
