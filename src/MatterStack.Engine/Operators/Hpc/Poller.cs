using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Polls the state of all jobs with little load: one call for all, one more for those that the queue does not list, longer intervals if the
/// scheduler is slow or silent.
/// </summary>
/// <remarks>
/// A missing, empty or unreadable answer never ends a job. A job has ended when the scheduler says so by the job's name, or when its own
/// exit code is recorded.
/// </remarks>
internal sealed class Poller(IShell shell, AttemptFiles files, TimeProvider clock, TimeSpan preset)
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ShortPollInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AnswerLifetime = TimeSpan.FromSeconds(2);

    private readonly EndSearch _search = new(shell, files, clock);
    private TimeSpan _nextPollAt;
    private TimeSpan _pause;
    private TimeSpan _eagerPause;
    private TimeSpan _answeredAt = TimeSpan.MinValue;
    private Dictionary<(string, int?), JobRow> _rows = [];

    /// <summary>Number of status queries.</summary>
    public int PollCount { get; private set; }

    public bool IsDue(TimeSpan now) => now >= _nextPollAt;

    public TimeSpan GetTimeUntilDue(TimeSpan now) => _nextPollAt > now ? _nextPollAt - now : TimeSpan.Zero;

    public void PollNow(TimeSpan now) => _nextPollAt = now;

    /// <summary>Polls after a pause at the latest.</summary>
    public void PollWithin(TimeSpan now, TimeSpan pause) => _nextPollAt = _nextPollAt > now + pause ? now + pause : _nextPollAt;

    /// <summary>The first jobs were submitted: poll after a pause.</summary>
    public void PollAfter(TimeSpan now, TimeSpan pause) => _nextPollAt = now + pause;

    public TimeSpan GetInterval(IReadOnlyList<ClusterJob> jobs) => jobs.Max(j => j.Site.PollInterval) ?? preset;

    /// <summary>Updates jobs from a recent answer. Returns false if there is none.</summary>
    public bool TryReuseAnswer(IReadOnlyList<ClusterJob> jobs, TimeSpan now)
    {
        if (_answeredAt == TimeSpan.MinValue || now - _answeredAt > AnswerLifetime || jobs.Any(j => FindRow(j) is null))
        {
            return false;
        }

        foreach (var job in jobs)
        {
            job.RunGuarded(clock.GetUtcNow(), () => ApplyRow(job, FindRow(job)!, clock.GetUtcNow()));
        }

        return true;
    }

    /// <summary>Polls the state of jobs.</summary>
    /// <param name="jobs">All jobs of the connection.</param>
    /// <param name="now">Current time.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <param name="isWaitedFor">Whether other jobs wait for capacity: then short jobs are polled more often, unless the site sets the
    /// interval.</param>
    /// <returns>Null if the machine answered; otherwise why it did not.</returns>
    public ShellResult.NoAnswer? PollJobs(IReadOnlyList<ClusterJob> jobs, TimeSpan now, CancellationToken cancel, bool isWaitedFor = false)
    {
        PollCount++;
        var scheduler = jobs[0].Site.Scheduler;
        var asked = clock.GetTimestamp();
        var answer = shell.Run(new ShellCall(scheduler.QueueScript, QueryTimeout), cancel);
        var took = clock.GetElapsedTime(asked);
        var at = clock.GetUtcNow();
        if (cancel.IsCancellationRequested)
        {
            return null;
        }

        var rows = answer is ShellResult.Ended ended ? scheduler.ParseQueue(ended) : null;
        var interval = GetInterval(jobs);
        // Cancelled jobs are waited for.
        _pause =
            rows is not null && took <= SlowAnswer
                ? jobs.Any(j => j.IsCancelSent) && interval > ShortPollInterval
                    ? ShortPollInterval
                    : interval
                : TimeSpan.FromTicks(Math.Clamp(_pause.Ticks * 2, interval.Ticks, MaxPause.Ticks));
        _nextPollAt = now + took + _pause;
        if (rows is null)
        {
            var why = answer switch
            {
                ShellResult.NoAnswer none => none.Reason,
                ShellResult.Ended { ExitCode: not 0 } failed => string.Join(
                    ' ',
                    failed.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ),
                _ => "its answer cannot be parsed",
            };
            foreach (var job in jobs.Where(j => j.End is null))
            {
                job.ReportNote(
                    at,
                    $"{scheduler.Type} on {shell.Name} does not report the state of job {job.Id ?? job.Name} ({why}); it is asked again"
                );
            }

            return answer as ShellResult.NoAnswer;
        }

        _answeredAt = now;
        _rows = [];
        foreach (var row in JobRow.Sort(rows))
        {
            _rows[(row.Name, row.Index)] = row;
        }

        FindRenamedJobs(jobs, rows);
        foreach (var job in jobs.Where(j => j.End is null))
        {
            if (FindRow(job) is { } row)
            {
                job.RunGuarded(at, () => ApplyRow(job, row, at));
            }
            else if (job.ListedName is { } other)
            {
                job.ReportNote(
                    at,
                    $"{scheduler.Type} on {shell.Name} shows job {job.Id} under the name '{other}', and not '{job.Name}': "
                        + $"it was renamed there, or its number was given to another job"
                );
            }
        }

        if (
            _search.FindEnds(
                [.. jobs.Where(j => j.End is null && FindRow(j) is null && now >= j.NextQuery.At)],
                _rows,
                now,
                interval,
                cancel
            ) is
            { } soon
        )
        {
            PollWithin(now, soon);
        }

        if (isWaitedFor && _pause <= interval && jobs.All(j => j.Site.PollInterval is null))
        {
            PollWithin(now + took, GetEagerPause(jobs.Count(j => j.End is not null), jobs.Count, interval));
        }

        return null;
    }

    // Halves the interval if half of the jobs have ended meanwhile, doubles it if none has.
    private TimeSpan GetEagerPause(int ended, int all, TimeSpan interval)
    {
        var pause = _eagerPause == TimeSpan.Zero ? interval : _eagerPause;
        pause =
            ended * 2 >= all ? pause / 2
            : ended == 0 ? pause * 2
            : pause;
        return _eagerPause =
            pause < ShortPollInterval ? ShortPollInterval
            : pause > interval ? interval
            : pause;
    }

    /// <summary>Jobs that neither the queue nor the accounting knows although their submission was tried long enough ago.</summary>
    public static IEnumerable<ClusterJob> FindJobsToResubmit(IReadOnlyList<ClusterJob> jobs, TimeSpan now) =>
        jobs.Where(j =>
            j is { Id: null, End: null, CancelReason: null, IsOver: false, WasNotFound: true }
            && now >= j.AnswerDeadline
            && now - j.LastTriedAt >= GetGracePeriod(j)
        );

    // The grace period doubles with each unanswered submission.
    private static TimeSpan GetGracePeriod(ClusterJob job) =>
        new Backoff(EndSearch.SubmissionGrace, MaxPause).GetPause(job.UnansweredCount - 1);

    // A person or a site may rename a job, which is then identified by its id and submission time.
    private void FindRenamedJobs(IReadOnlyList<ClusterJob> jobs, IReadOnlyList<JobRow> rows)
    {
        var missing = jobs.Where(j => j is { End: null, Id: not null } && FindRow(j) is null).ToList();
        var byId = missing.Count == 0 ? null : rows.ToLookup(row => row.Id, StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            job.ListedName = null;
        }

        foreach (var job in missing)
        {
            foreach (var row in byId![job.Id!])
            {
                job.ListedName = row.Name;
                if (job.IsRenamedRow(row))
                {
                    _rows[(job.Name!, job.Index)] = row;
                }
            }
        }
    }

    private JobRow? FindRow(ClusterJob job) => _rows.GetValueOrDefault((job.Name!, job.Index));

    private void ApplyRow(ClusterJob job, JobRow row, DateTimeOffset at)
    {
        job.NextQuery = default;
        job.WasNotFound = false;
        job.HasVanished = false;
        job.LastQueueState = row.State;
        job.QueueSubmitTime = row.SubmitTime;
        UnconfirmedEnd.ClearMarker(job, files);
        if (row.State is JobState.Completed or JobState.Failed or JobState.Cancelled)
        {
            job.RecordEnd(row, at);
            return;
        }

        job.AssignId(row.Id);
        job.RecordNode(row);
        switch (row.State)
        {
            case JobState.Waiting waiting:
                job.ReportWaiting(at, waiting.Reason);
                job.RefuseGrownRequest(waiting);
                break;
            case JobState.Running running:
                job.ReportRunning(at, running.Note);
                break;
            case JobState.Vanished:
                break;
            case JobState.Unrecognized strange:
                job.ReportNote(at, $"job {row.Id} has the unknown state '{strange.StateName}'");
                break;
            default:
                throw new InvalidOperationException("No rule for this state");
        }
    }
}
