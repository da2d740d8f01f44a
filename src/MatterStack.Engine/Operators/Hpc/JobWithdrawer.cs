using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Deletes jobs that wait in their queue because their tasks were amended. A job that begins at this moment goes on.</summary>
/// <remarks>Only jobs with a known id are deleted. The scheduler is asked again, with a back-off, until each job is deleted or has
/// begun.</remarks>
internal sealed class JobWithdrawer(IShell shell, TimeProvider clock)
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(120);
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));

    private TimeSpan _retryAt;
    private TimeSpan _pause;

    /// <summary>Time until the next deletion is due.</summary>
    public TimeSpan GetTimeUntilDue(IReadOnlyList<ClusterJob> jobs, TimeSpan now) =>
        !jobs.Any(IsDue) ? Timeout.InfiniteTimeSpan
        : _retryAt > now ? _retryAt - now
        : TimeSpan.Zero;

    /// <summary>Deletes the jobs that are due, as far as they have not begun.</summary>
    /// <returns>Whether the scheduler deleted any job.</returns>
    public bool WithdrawDueJobs(IReadOnlyList<ClusterJob> jobs, TimeSpan now, CancellationToken cancel)
    {
        var due = now < _retryAt ? [] : jobs.Where(IsDue).ToList();
        if (due.Count == 0)
        {
            return false;
        }

        var scheduler = due[0].Site.Scheduler;
        var answer = shell.Run(
            new ShellCall(scheduler.BuildWithdrawScript([.. due.Select(job => job.Id!).Distinct()]), CommandTimeout),
            cancel
        );
        if (cancel.IsCancellationRequested)
        {
            return false;
        }

        var outcomes = WithdrawalOutcomes.Parse(answer is ShellResult.Ended ended ? ended.Output : "");
        var at = clock.GetUtcNow();
        foreach (var job in due)
        {
            if (outcomes.GoneIds.Contains(job.Id!))
            {
                // The poll confirms the end, as after a cancellation.
                job.CancelReason = job.WithdrawReason;
                job.CancelCount++;
                job.CancelSentAt = now;
                job.ReportCancelSent(at, null);
            }
            else if (outcomes.BegunIds.Contains(job.Id!))
            {
                job.KeepBegun(at);
            }
            else
            {
                job.ReportCancelFailed(
                    at,
                    $"{shell.Name} does not say whether job {job.Id} could be deleted before it began"
                        + (answer is ShellResult.NoAnswer none ? $" ({none.Reason})" : DescribeErrors(answer))
                        + "; it is asked again"
                );
            }
        }

        var isDone = !due.Exists(IsDue);
        _pause = isDone ? TimeSpan.Zero : Retries.GetNext(_pause);
        _retryAt = now + _pause;
        return outcomes.GoneIds.Count > 0;
    }

    private static bool IsDue(ClusterJob job) => job is { IsBeingWithdrawn: true, Id: not null };

    private static string DescribeErrors(ShellResult answer) =>
        answer is ShellResult.Ended { Error: { Length: > 0 } errors } ? $" ({UntrustedText.ToLine(errors.Trim())})" : "";
}
