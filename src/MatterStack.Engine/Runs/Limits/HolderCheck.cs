using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Processes;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Limits;

/// <summary>Finds out whether an attempt still holds its shares, from the store of its run and from the processes of this
/// machine.</summary>
/// <param name="processes">Processes of this machine.</param>
/// <param name="host">Name of this machine.</param>
internal sealed class HolderCheck(IProcessHost processes, string host)
{
    /// <summary>Returns why a holder keeps its shares, as the end of a sentence; null if it holds them no longer.</summary>
    public string? FindReason(ShareHolder holder)
    {
        var run = new RunFolder(holder.Run, holder.RunFolder);
        try
        {
            if (!File.Exists(run.StoreFile))
            {
                // A file system that is not mounted hides a run that goes on.
                return FileSystem.FindUnreachableReason(run.StoreFile);
            }

            using var reader = new RunReader(run);
            return reader.RunRow.RunId != holder.Run || reader.FindAttempt(holder.Attempt) is not { EndedAt: null } attempt
                ? null
                : FindReason(holder, run, attempt);
        }
        catch (ProblemException e)
        {
            return $"its run cannot be read: {e.Problems[0].Message}";
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return $"its run cannot be read: {e.Message}";
        }
    }

    private string? FindReason(ShareHolder holder, RunFolder run, AttemptRow attempt)
    {
        if (OsFileLock.IsHeld(run.LockFile))
        {
            return "its run is being driven";
        }

        if (holder.Host != host)
        {
            return $"it was started from {holder.Host}: {DescribeCommand(run)}";
        }

        // The command that took the shares died before it started the attempt, or before it recorded the start.
        if (attempt.State == AttemptStatus.Created)
        {
            return processes.FindLeaders(new HashSet<Identity.AttemptId> { holder.Attempt }).Count > 0 ? "its process runs" : null;
        }

        if (ProcessIdentity.TryParse(attempt.ExternalId) is not { } process)
        {
            return $"no command drives its run, and its work may go on outside: {DescribeCommand(run)}";
        }

        return process.Origin.WhyNotVisibleFrom(host) is { } hidden ? $"its process {hidden}: {DescribeCommand(run)}"
            : process.IsKnown && processes.GetPresence(process) == ProcessPresence.Gone ? null
            : $"its process {process.Pid} runs";
    }

    private static string DescribeCommand(RunFolder run) => $"-t:Step -p:RunId={run.Id} in the project of {run.Path} sees its end";
}
