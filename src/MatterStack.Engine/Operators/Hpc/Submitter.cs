using System.Globalization;
using MatterStack.Engine.Operators.Hpc.Staging;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Submits attempts to a scheduler: attempts with equal resources as one array, each attempt exactly once, as many as the queue accepts.
/// </summary>
/// <remarks>
/// The job name of an attempt is in its <c>submit.sh</c> on this machine's disk before the submission, and is removed when the scheduler
/// refuses. So the next command after a crash knows the name to search for.
/// </remarks>
internal sealed partial class Submitter(IShell shell, AttemptFiles files, TimeProvider clock)
{
    // Ambiguous refusals are retried for this time; then a person is informed.
    private static readonly TimeSpan MaxDoubtTime = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan RetryAfterSilence = TimeSpan.FromSeconds(5);

    // Jobs whose files are sent together, where a job has one attempt only.
    private const int MaxPreparedJobs = 1000;

    private readonly Queue<TimeSpan> _recentSubmissions = new();
    private readonly Dictionary<(HpcSite Site, JobResources Shape), QueueCapacity> _capacities = [];
    private readonly StagingBackoffs _stagingBackoffs = new();

    /// <summary>Whether jobs wait for capacity in the queue.</summary>
    public bool IsWaitingForCapacity => _capacities.Values.Any(portion => portion.IsLimited);

    /// <summary>Submits the jobs that may be submitted now.</summary>
    /// <param name="jobs">Waiting jobs.</param>
    /// <param name="live">Counts the jobs of a site that are, or may be, in the queue; of all sites if the argument is null.</param>
    /// <param name="ends">Whether the cancellation of a waiting job was requested; the job is over then.</param>
    /// <param name="now">Current time.</param>
    /// <param name="cancel">Cancels the call.</param>
    public SubmissionRound SubmitJobs(
        IReadOnlyList<ClusterJob> jobs,
        Func<HpcSite?, int> live,
        Func<ClusterJob, bool> ends,
        TimeSpan now,
        CancellationToken cancel
    )
    {
        var done = new SubmissionRound();
        // Groups without a recent refusal go first.
        foreach (
            var group in jobs.GroupBy(j => (j.Site, j.Resources, j.Staging, j.CodeSecrets))
                .OrderBy(g => GetCapacity((g.Key.Site, g.Key.Resources)).Reason.Length > 0)
                .ToList()
        )
        {
            var waiting = group.ToList();
            if (!cancel.IsCancellationRequested && done is { Failure: null, IsUnanswered: false })
            {
                SubmitJobs(waiting, GetCapacity((group.Key.Site, group.Key.Resources)), live, ends, done, now, cancel);
            }

            done.Waiting.AddRange(waiting.Where(j => !j.IsOver));
        }

        if (done.IsUnanswered && done.Waiting.Count > 0)
        {
            done.RetryWithin(RetryAfterSilence);
            PostponeJobs(done.Waiting, $"waits until {shell.Name} answers again");
        }

        return done;
    }

    /// <summary>Submits jobs again, under their old name, after a search did not find them.</summary>
    /// <returns>The jobs that are certainly not in the queue and wait.</returns>
    public IReadOnlyList<ClusterJob> ResubmitJobs(List<ClusterJob> jobs, Func<HpcSite?, int> live, TimeSpan now, CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        foreach (var job in jobs.Where(j => at - j.RefusedSince >= MaxDoubtTime))
        {
            ReportNotStarted(
                [job],
                $"{OperatorCodes.SubmissionRefused}: {job.Site.Scheduler.Type} on {shell.Name} has not accepted it "
                    + $"within {MaxDoubtTime.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes, and no job has its name: "
                    + $"{job.LastMessage}"
            );
        }

        // If its folder on this machine was removed, a job is prepared again first.
        var gone = jobs.Where(j => !j.IsOver && !File.Exists(Path.Combine(j.Request.Folder, JobScript.FileName))).ToList();
        gone.ForEach(j => j.ClearName());
        jobs.RemoveAll(j => j.IsOver || j.Name is null);
        if (jobs.Count == 0)
        {
            return gone;
        }

        if (
            SubmitBatch(jobs, lookFirst: true, now, cancel) is not SubmitResult.Refused { Kind: not RefusalKind.Final } refused
            || jobs.TrueForAll(j => j.IsOver)
        )
        {
            return gone;
        }

        HandleRefusal(
            jobs,
            jobs,
            refused,
            GetCapacity((jobs[0].Site, jobs[0].Resources)),
            live(jobs[0].Site),
            isAlone: live(null) == 0,
            now
        );
        return [.. gone, .. jobs.Where(j => !j.IsOver)];
    }

    /// <summary>Records that jobs have left the queue.</summary>
    public void ReleaseCapacity(HpcSite site)
    {
        foreach (var (key, portion) in _capacities)
        {
            portion.RecordFreed(key.Site == site);
        }
    }

    private void SubmitJobs(
        List<ClusterJob> waiting,
        QueueCapacity portion,
        Func<HpcSite?, int> live,
        Func<ClusterJob, bool> ends,
        SubmissionRound done,
        TimeSpan now,
        CancellationToken cancel
    )
    {
        var site = waiting[0].Site;
        int CountLive() => live(site) + done.CountFor(site);
        if (!portion.IsLimited && waiting.Exists(j => j.WasPostponed))
        {
            portion.StartWithOne(CountLive());
        }

        while (!cancel.IsCancellationRequested && done.Failure is null)
        {
            waiting.RemoveAll(j => ends(j));
            // The files of many attempts travel together even if each attempt is a job of its own.
            var isPrepared = waiting.Count > 0 && waiting[0].IsPrepared;
            var size = Math.Min(
                portion.GetBatchSize(CountLive(), waiting.Count, now),
                isPrepared ? site.Scheduler.MaxArraySize : Math.Max(site.Scheduler.MaxArraySize, MaxPreparedJobs)
            );
            if (waiting.Count == 0)
            {
                return;
            }

            if (size == 0)
            {
                done.RetryWithin(portion.GetRetryTime(CountLive()) - now);
                PostponeJobs(waiting, portion.Reason.Length > 0 ? portion.Reason : "waits for capacity in the queue");
                return;
            }

            if (_stagingBackoffs.FindPause(waiting[0].Staging, now) is { } pause)
            {
                // A full file system does not stop jobs for other ones.
                done.RetryWithin(pause.Wait);
                PostponeJobs(waiting, $"{pause.Reason}; it is tried again");
                return;
            }

            if (site.MaxSubmitsPerMinute is { } rate && GetRateLimitWait(site, now) is { } wait)
            {
                done.RetryWithin(wait);
                PostponeJobs(waiting, $"waits: submit_rate allows {CountText.FormatCount(rate, "submission")} per minute");
                return;
            }

            var place = waiting[0].Staging;
            var notSent = PrepareBatch(waiting[..size], out var batch, cancel);
            waiting.RemoveAll(j => j.IsOver);
            switch (notSent)
            {
                case null:
                    _stagingBackoffs.RecordSuccess(place);
                    break;
                case { Kind: StagingFailureKind.Temporary }:
                    _stagingBackoffs.RecordFailure(place, notSent.Reason, now);
                    break;
                default:
                    done.Failure = new ShellResult.NoAnswer(notSent.Reason, notSent.Kind != StagingFailureKind.Unreachable);
                    break;
            }

            if (batch.Count == 0)
            {
                continue;
            }

            // An earlier submission of a recorded job under the same name may have arrived late: search first.
            switch (SubmitBatch(batch, lookFirst: batch is [{ IsRecorded: true }], now, cancel))
            {
                case SubmitResult.Refused { Kind: not RefusalKind.Final } refused:
                    HandleRefusal(batch, waiting, refused, portion, CountLive(), isAlone: live(null) + done.CountFor(null) == 0, now);
                    break;
                case var answer:
                    done.AddProcessed(batch);
                    waiting.RemoveAll(batch.Contains);
                    if (answer is SubmitResult.Accepted)
                    {
                        portion.RecordAccepted(CountLive(), now);
                    }

                    if (answer is SubmitResult.Unclear)
                    {
                        // The next submission would also time out.
                        done.IsUnanswered = true;
                        return;
                    }

                    break;
            }
        }
    }

    // Decides what follows from a refusal that is not final.
    private void HandleRefusal(
        List<ClusterJob> batch,
        List<ClusterJob> waiting,
        SubmitResult.Refused refused,
        QueueCapacity portion,
        int live,
        bool isAlone,
        TimeSpan now
    )
    {
        var why = $"{batch[0].Site.Scheduler.Type} on {shell.Name} does not accept it yet: {refused.Reason}";
        switch (refused.Kind)
        {
            case RefusalKind.ArrayTooLarge:
                portion.LimitArraySize(batch.Count);
                return;
            case RefusalKind.Temporary:
                portion.RecordClosed(why, now);
                return;
            case RefusalKind.Ambiguous when batch.Count == 1 && isAlone:
                // No job of this run can leave the queue and free capacity, so the time of refusal counts.
                var at = clock.GetUtcNow();
                waiting.ForEach(job => job.RecordDoubt(at));
                if (at - batch[0].RefusedSince >= MaxDoubtTime)
                {
                    ReportNotStarted(
                        batch,
                        $"{OperatorCodes.SubmissionRefused}: {batch[0].Site.Scheduler.Type} on {shell.Name} has refused it for "
                            + $"{MaxDoubtTime.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes: {refused.Reason}"
                    );
                    waiting.RemoveAll(j => j.IsOver);
                    return;
                }

                // The next job may still be accepted: move this one to the end.
                waiting.Remove(batch[0]);
                waiting.Add(batch[0]);
                portion.RecordRefused(live, batch.Count, why, now);
                return;
            case RefusalKind.WithExclusion:
                waiting.ForEach(job => job.DropExclusion(clock.GetUtcNow(), refused.Reason));
                return;
            case RefusalKind.Full or RefusalKind.Ambiguous:
                portion.RecordRefused(live, batch.Count, why, now);
                return;
            case RefusalKind.Final or RefusalKind.AnswerLost:
            default:
                throw new InvalidOperationException("No rule for this refusal");
        }
    }

    private void PostponeJobs(IEnumerable<ClusterJob> jobs, string why)
    {
        var at = clock.GetUtcNow();
        foreach (var job in jobs)
        {
            job.ReportPostponed(at, why);
        }
    }

    private QueueCapacity GetCapacity((HpcSite Site, JobResources Shape) key)
    {
        if (!_capacities.TryGetValue(key, out var portion))
        {
            _capacities[key] = portion = new QueueCapacity();
        }

        return portion;
    }

    // Wait time until the next submission is allowed by the rate limit. Returns null if there is no wait.
    private TimeSpan? GetRateLimitWait(HpcSite site, TimeSpan now)
    {
        while (_recentSubmissions.TryPeek(out var oldest) && now - oldest >= TimeSpan.FromMinutes(1))
        {
            _recentSubmissions.Dequeue();
        }

        return site.MaxSubmitsPerMinute is { } most && _recentSubmissions.Count >= most
            ? _recentSubmissions.Peek() + TimeSpan.FromMinutes(1) - now
            : null;
    }
}
