using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs;

namespace MatterStack.Engine.Commands;

/// <summary>Deletes one run after showing what goes; refuses while an attempt is live.</summary>
internal static class ResetCommand
{
    public static CommandResult Execute(CommandContext context) => context.Guard(() =>
    {
        if (!context.Runs.Find(context.Arguments.RunId).TryGet(out var run, out var problems) || !RunLock.Acquire(run, context.Host.Clock, context.Workspace.TrustLocks).TryGet(out var held, out problems))
        {
            return context.Fail(problems);
        }

        using (held)
        {
            var item = RunItem.Of(context, run);
            using (var reader = new RunReader(run))
            {
                if (reader.Attempts("ended_at_utc IS NULL").FirstOrDefault() is { } live)
                {
                    if (reader.Ends().FirstOrDefault(e => e.AttemptId is not null) is { } asked)
                    {
                        return context.Fail([new Problem(RunCodes.RequestRefused, $"Run {run.Id} has attempts that have not ended: {asked.TaskId} ({asked.AttemptId}) {EndText.OfAttempt(asked)}", $"{EndText.WayOut(asked)}. Then -t:Reset again.")]);
                    }

                    var why = reader.Tasks("current_attempt_id = $1", live.AttemptId).FirstOrDefault()?.Reason;
                    return context.Fail([new Problem(RunCodes.RequestRefused, $"Run {run.Id} has attempts that have not ended: {live.TaskId} ({live.AttemptId}){(why is null ? "" : ": " + why)}",
                        "End them first: -t:Cancel. What cannot be reached stays asked to end; -t:CleanupOrphans then gives up on it.")]);
                }
            }

            var files = Directory.EnumerateFiles(run.Path, "*", SearchOption.AllDirectories).Select(f => new FileInfo(f).Length).ToList();
            var what = $"run {run.Id} ({item.Metadata["state"]}, {item.Metadata["completed"]} of {item.Metadata["tasks"]} tasks completed, {files.Count} files, {files.Sum() / 1e6:0.0} MB) in {run.Path}";
            if (!context.Arguments.Confirm)
            {
                context.Log.Say($"{context.Workspace.Slug}: would delete {what}; nothing was deleted. To do it: -t:Reset -p:RunId={run.Id} -p:Confirm=true");
                return new CommandResult(true, [item]);
            }

            // Renamed first: a deletion that is interrupted leaves nothing that looks like a run.
            var doomed = Path.Combine(context.Runs.Path, RunsFolder.Deleted + run.Id);
            Directory.Move(run.Path, doomed);
            // A file that is deleted while it is open stays under another name on NFS and sshfs, and its folder with it: the lock is one.
            held.Dispose();
            if (context.Runs.Sweep(context.Host.Disk) is { } left)
            {
                context.Log.Report(new Problem(RunCodes.FolderNotWritable, $"Run {run.Id} is deleted, but not all of its files could be removed: {left}",
                    "What is left is no run any more; -t:Reset and -t:Init remove it once no process has it open.", new SourcePosition(doomed)).AsWarning());
            }

            context.Log.Say($"{context.Workspace.Slug}: deleted {what}");
            return new CommandResult(true, [item]);
        }
    });
}
