using System.Globalization;
using System.Text;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Cancels jobs until they have ended: with a back-off if the scheduler cannot be reached or refuses, and again after a while if a
/// cancelled job continues.
/// </summary>
/// <remarks>
/// Only jobs with a known id are cancelled: other jobs may have the same name, and an unanswered submission may still arrive. A job has
/// ended when the scheduler says so, or when it is unknown everywhere and can no longer arrive.
/// </remarks>
internal sealed class JobCanceller(IShell shell, TimeProvider clock)
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(120);
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));

    // Schedulers wait about half a minute between SIGTERM and SIGKILL.
    private static readonly Backoff Repetitions = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));

    // The queue and the accounting may lag behind a cancellation.
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(10);

    // Time that a controller may hold a submission whose answer was lost.
    private static readonly TimeSpan SubmissionGrace = TimeSpan.FromSeconds(30);

    private TimeSpan _retryAt;
    private TimeSpan _pause;

    /// <summary>Time until the next cancellation is due.</summary>
    public TimeSpan GetTimeUntilDue(IReadOnlyList<ClusterJob> jobs, TimeSpan now)
    {
        var due = jobs.Where(j => j is { IsBeingCancelled: true, Id: not null }).Select(GetDueTime).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        return due == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan
            : due > now ? due - now
            : TimeSpan.Zero;
    }

    /// <summary>Cancels the jobs that are due.</summary>
    /// <returns>Whether the scheduler accepted any cancellation.</returns>
    public bool CancelDueJobs(IReadOnlyList<ClusterJob> jobs, TimeSpan now, CancellationToken cancel)
    {
        var due = jobs.Where(j => j is { IsBeingCancelled: true, Id: not null } && GetDueTime(j) <= now).ToList();
        if (due.Count == 0)
        {
            return false;
        }

        var scheduler = due[0].Site.Scheduler;
        var ids = due.Select(j => j.Id!).Distinct().ToList();
        var answer = shell.Run(new ShellCall(scheduler.BuildCancelScript(ids), CommandTimeout), cancel);
        if (cancel.IsCancellationRequested)
        {
            return false;
        }

        var refused = answer is ShellResult.Ended ended ? scheduler.ParseCancelRefusals(ended, ids) : null;
        var at = clock.GetUtcNow();
        var told = 0;
        foreach (var job in due)
        {
            if (refused is not null && !refused.ContainsKey(job.Id!))
            {
                told++;
                job.CancelCount++;
                job.CancelSentAt = now;
                job.ReportCancelSent(
                    at,
                    job.CancelCount == 1
                        ? null
                        : string.Create(
                            CultureInfo.InvariantCulture,
                            $"{scheduler.Type} on {shell.Name} was asked {CountText.FormatCount(job.CancelCount, "time")} to cancel job "
                                + $"{job.Id} and still lists it"
                                + $"{(job.LastQueueState is JobState.Running { Note: { } word } ? $" as {word}" : "")}; it is asked again"
                        )
                );
                continue;
            }

            job.ReportCancelFailed(
                at,
                refused is null
                    ? $"{shell.Name} cannot be reached to cancel job {job.Id} ({((ShellResult.NoAnswer)answer).Reason})"
                    : $"{scheduler.Type} on {shell.Name} did not cancel job {job.Id}: {refused[job.Id!]}"
            );
        }

        _pause = told == due.Count ? TimeSpan.Zero : Retries.GetNext(_pause);
        _retryAt = now + _pause;
        return told > 0;
    }

    /// <summary>
    /// Ends jobs whose cancellation is requested and that the last poll did not find anywhere, unless they may still arrive.
    /// </summary>
    public void EndUnknownJobs(IReadOnlyList<ClusterJob> all, TimeSpan now, CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        var open = all.Where(j => j.IsBeingCancelled).ToList();
        var unknown = open.Where(j =>
                j.WasNotFound && now - j.LastTriedAt >= SubmissionGrace && (j.Id is null || now - j.CancelSentAt >= SettlingTime)
            )
            .ToList();
        var byName = unknown.Where(j => j.Id is null).ToList();
        var arriving = byName.Count == 0 ? "" : FindRunningSubmissions(all, byName, cancel);
        foreach (var job in open)
        {
            if (
                unknown.Contains(job)
                && (
                    job.Id is not null
                    || (
                        arriving is not null
                        && !HasLine(arriving, "busy", job)
                        && (!HasLine(arriving, "unsure", job) || now >= job.AnswerDeadline)
                    )
                )
            )
            {
                job.ReportRemoved(at, new AttemptEnd { IsCancelled = true, EndedBy = job.CancelReason });
            }
            else if (job.Id is null)
            {
                job.ReportCancelFailed(
                    at,
                    $"it is not known yet whether {job.Site.Scheduler.Type} on {shell.Name} accepted {job.Name}; "
                        + "it is searched for by that name and cancelled when found"
                );
            }
        }
    }

    // Finds submissions that still run on the cluster, by the lock that they hold: lines 'busy NAME', or 'unsure NAME' if that cannot be
    // determined. Returns null without an answer.
    private string? FindRunningSubmissions(IReadOnlyList<ClusterJob> all, List<ClusterJob> jobs, CancellationToken cancel)
    {
        var script = new StringBuilder();
        foreach (var name in jobs.Select(j => j.Name!).Distinct())
        {
            // An array is submitted from the folder of its first member.
            var first = all.Where(j => j.Name == name).MinBy(j => j.Index ?? 0)!;
            script
                .Append("( cd -- ")
                .Append(first.Staging.QuoteFolder(first.Request))
                .Append(" 2>/dev/null && [ -e ")
                .Append(JobScript.FileName)
                .Append(" ] || exit 0; command -v flock >/dev/null 2>&1 || { echo unsure ")
                .Append(name)
                .Append("; exit 0; }; exec 8<>")
                .Append(JobScript.FileName)
                .Append(" && flock -n 8 || echo busy ")
                .Append(name)
                .Append(" )\n");
        }

        return
            shell.Run(new ShellCall(script.Append("exit 0\n").ToString(), CommandTimeout), cancel)
                is ShellResult.Ended { ExitCode: 0 } ended
            ? ended.Output + "\n"
            : null;
    }

    private static bool HasLine(string lines, string word, ClusterJob job) =>
        lines.Split('\n', StringSplitOptions.TrimEntries).Contains($"{word} {job.Name}");

    private TimeSpan GetDueTime(ClusterJob job) =>
        job.CancelSentAt is not { } told ? _retryAt : told + Repetitions.GetPause(job.CancelCount - 1);
}
