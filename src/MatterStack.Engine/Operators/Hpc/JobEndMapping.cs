using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Derives the end of an attempt from the end of its job, once its logs are on this machine.</summary>
internal static class JobEndMapping
{
    private const int MaxErrorBytes = 64 << 10;

    /// <summary>Returns how the attempt ended, without the outputs in <c>work/</c>.</summary>
    public static AttemptEnd ToAttemptEnd(ClusterJob job)
    {
        var left = ExitCodeFile.ReadExitCode(job.Request);
        return job.End switch
        {
            JobState.Completed or JobState.Failed { Cause: EndCause.Exited } when FindMemoryKill(job, left) is { } words => new AttemptEnd
            {
                ExitCode = left ?? (job.End as JobState.Failed)?.ExitCode,
                Cause = EndCause.OutOfMemory,
                EndedBy = $"{EndCause.OutOfMemory.ToText()}: {words}",
            },
            JobState.Completed completed => new AttemptEnd
            {
                ExitCode = left ?? 0,
                UnknownFacts = completed.UnknownFacts,
                FailureNote = ModuleCommands.FindFailure(job.Request, left),
            },
            JobState.Failed { Cause: EndCause.Exited } failed when (left ?? failed.ExitCode) is not (null or 0) => new AttemptEnd
            {
                ExitCode = left ?? failed.ExitCode,
                UnknownFacts = failed.UnknownFacts,
                FailureNote = ModuleCommands.FindFailure(job.Request, left ?? failed.ExitCode),
            },
            // A failure without an exit code, for example on a full disk: the job itself failed.
            JobState.Failed failed => new AttemptEnd
            {
                ExitCode = left ?? failed.ExitCode,
                Cause = failed.Cause,
                EndedBy = failed.Reason is null ? failed.StateName : $"{failed.StateName}: {failed.Reason}",
            },
            JobState.Cancelled cancelled => new AttemptEnd
            {
                ExitCode = left,
                IsCancelled = true,
                Cause = job.CancelReason is null ? null : EndCause.Cancelled,
                EndedBy = job.CancelReason ?? $"{cancelled.StateName}, by somebody else",
            },
            _ => throw new InvalidOperationException("No rule for this state"),
        };
    }

    // A scheduler's COMPLETED is trusted.
    private static string? FindMemoryKill(ClusterJob job, int? left)
    {
        if (job.End is JobState.Completed { IsByExitCode: false })
        {
            return null;
        }

        var errors = Encoding.UTF8.GetString(
            new LogTail(job.Request.RunFolder).ReadLastBytes(job.Request.RelativeFolder + "/" + AttemptLayout.StderrFile, MaxErrorBytes)
        );
        return errors.Length == 0
            ? null
            : job.Site.Scheduler.FindMemoryKill(errors, job.Name!, job.Id, isSure: job.End is JobState.Completed && left is null or 0);
    }
}
