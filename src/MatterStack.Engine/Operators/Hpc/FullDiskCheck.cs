using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Operators.Hpc.Staging;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Checks whether a file system was full when jobs failed on it, with one query for all jobs that are collected together.
/// </summary>
internal sealed class FullDiskCheck
{
    // Time for which an answer is used again for other ended jobs.
    private static readonly TimeSpan AnswerLifetime = TimeSpan.FromSeconds(5);

    private readonly Dictionary<IJobStaging, (TimeSpan At, DiskSpace? Space)> _answers = [];

    /// <summary>Appends to the reason of a failed attempt that its file system was full, if it was.</summary>
    /// <param name="job">The job.</param>
    /// <param name="ending">The attempt's end.</param>
    /// <param name="left">Recorded exit code; null if none could be written.</param>
    /// <param name="now">Current time.</param>
    /// <param name="cancel">Cancels the query.</param>
    public AttemptEnd ExplainFailure(ClusterJob job, AttemptEnd ending, int? left, TimeSpan now, CancellationToken cancel)
    {
        var failed = AttemptOutcomes.Classify(ending).Outcome == AttemptOutcome.Failed;
        if (ending.IsCancelled || (!failed && left is not null))
        {
            return ending;
        }

        var why = FullDiskHint.FindHint(
            job.Request.RunFolder,
            job.Request.RelativeFolder,
            QueryFreeSpace(job, now, cancel),
            job.Staging.Name
        );
        // A job that could not write its exit code may also have written incomplete outputs.
        return failed || why is null
            ? FullDiskHint.AddToReason(ending, why)
            : ending with
            {
                Cause = EndCause.Lost,
                EndedBy = $"its exit code could not be written; {why}",
            };
    }

    private DiskSpace? QueryFreeSpace(ClusterJob job, TimeSpan now, CancellationToken cancel)
    {
        if (!_answers.TryGetValue(job.Staging, out var asked) || now - asked.At > AnswerLifetime)
        {
            _answers[job.Staging] = asked = (now, job.Staging.QueryFreeSpace(job.Request, cancel));
        }

        return asked.Space;
    }
}
