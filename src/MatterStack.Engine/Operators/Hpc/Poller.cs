using MatterStack.Engine.Transports;

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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AnswerStaysFresh = TimeSpan.FromSeconds(2);

    private readonly EndSearch _search = new(shell, files, clock);
    private TimeSpan _due;
    private TimeSpan _pause;
    private TimeSpan _eager;
    private TimeSpan _answeredAt = TimeSpan.MinValue;
    private Dictionary<(string, int?), JobRow> _rows = [];

    /// <summary>Number of status queries.</summary>
    public int Count { get; private set; }

    public bool IsDue(TimeSpan now) => now >= _due;

    public TimeSpan DueIn(TimeSpan now) => _due > now ? _due - now : TimeSpan.Zero;

    public void Hurry(TimeSpan now) => _due = now;

    /// <summary>Polls after a pause at the latest.</summary>
    public void HurryAfter(TimeSpan now, TimeSpan pause) => _due = _due > now + pause ? now + pause : _due;

    /// <summary>The first jobs were submitted: poll after a pause.</summary>
    public void Begin(TimeSpan now, TimeSpan pause) => _due = now + pause;

    public TimeSpan Interval(IReadOnlyList<ClusterJob> jobs) => jobs.Max(j => j.Site.PollInterval) ?? preset;

    /// <summary>Updates jobs from a recent answer. Returns false if there is none.</summary>
    public bool Reuse(IReadOnlyList<ClusterJob> jobs, TimeSpan now)
    {
        if (_answeredAt == TimeSpan.MinValue || now - _answeredAt > AnswerStaysFresh || jobs.Any(j => Find(j) is null))
        {
            return false;
        }

        foreach (var job in jobs)
        {
            job.Guard(clock.GetUtcNow(), () => Apply(job, Find(job)!, clock.GetUtcNow()));
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
    public ShellAnswer.None? Poll(IReadOnlyList<ClusterJob> jobs, TimeSpan now, CancellationToken cancel, bool isWaitedFor = false)
    {
        Count++;
        var scheduler = jobs[0].Site.Scheduler;
        var asked = clock.GetTimestamp();
        var answer = shell.Run(new ShellCall(scheduler.Queue, Patience), cancel);
        var took = clock.GetElapsedTime(asked);
        var at = clock.GetUtcNow();
        if (cancel.IsCancellationRequested)
        {
            return null;
        }

        var rows = answer is ShellAnswer.Ended ended ? scheduler.ReadQueue(ended) : null;
        var interval = Interval(jobs);
        // Cancelled jobs are waited for.
        _pause = rows is not null && took <= Slow ? jobs.Any(j => j.CancelSent) && interval > Soon ? Soon : interval : TimeSpan.FromTicks(Math.Clamp(_pause.Ticks * 2, interval.Ticks, LongestPause.Ticks));
        _due = now + took + _pause;
        if (rows is null)
        {
            var why = answer switch
            {
                ShellAnswer.None none => none.Why,
                ShellAnswer.Ended { ExitCode: not 0 } failed => string.Join(' ', failed.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
                _ => "its answer cannot be parsed",
            };
            foreach (var job in jobs.Where(j => j.End is null))
            {
                job.Remark(at,
                    $"{scheduler.Type} on {shell.Name} does not report the state of job {job.Id ?? job.Name} ({why}); it is asked again");
            }

            return answer as ShellAnswer.None;
        }

        _answeredAt = now;
        _rows = [];
        foreach (var row in rows.OrderBy(r => r.Submitted, StringComparer.Ordinal))
        {
            _rows[(row.Name, row.Index)] = row;
        }

        FindRenamed(jobs, rows);
        foreach (var job in jobs.Where(j => j.End is null))
        {
            if (Find(job) is { } row)
            {
                job.Guard(at, () => Apply(job, row, at));
            }
            else if (job.OtherName is { } other)
            {
                job.Remark(at, $"{scheduler.Type} on {shell.Name} shows job {job.Id} under the name '{other}', and not '{job.Name}': it was renamed there, or its number was given to another job");
            }
        }

        if (_search.Search([.. jobs.Where(j => j.End is null && Find(j) is null && now >= j.Search.At)], _rows, now, interval, cancel) is { } soon)
        {
            HurryAfter(now, soon);
        }

        if (isWaitedFor && _pause <= interval && jobs.All(j => j.Site.PollInterval is null))
        {
            HurryAfter(now + took, EagerPause(jobs.Count(j => j.End is not null), jobs.Count, interval));
        }

        return null;
    }

    // Halves the interval if half of the jobs have ended meanwhile, doubles it if none has.
    private TimeSpan EagerPause(int ended, int all, TimeSpan interval)
    {
        var pause = _eager == TimeSpan.Zero ? interval : _eager;
        pause = ended * 2 >= all ? pause / 2 : ended == 0 ? pause * 2 : pause;
        return _eager = pause < Soon ? Soon : pause > interval ? interval : pause;
    }

    /// <summary>Jobs that neither the queue nor the accounting knows although their submission was tried long enough ago.</summary>
    public static IEnumerable<ClusterJob> ToSubmitAgain(IReadOnlyList<ClusterJob> jobs, TimeSpan now) =>
        jobs.Where(j => j is { Id: null, End: null, CancelReason: null, IsOver: false, WasSoughtInVain: true } && now >= j.FinalAt && now - j.TriedAt >= GraceOf(j));

    // The grace period doubles with each unanswered submission.
    private static TimeSpan GraceOf(ClusterJob job) => TimeSpan.FromTicks(Math.Min(EndSearch.Grace.Ticks << Math.Clamp(job.Unanswered - 1, 0, 8), LongestPause.Ticks));

    // A person or a site may rename a job, which is then identified by its id and submission time.
    private void FindRenamed(IReadOnlyList<ClusterJob> jobs, IReadOnlyList<JobRow> rows)
    {
        var missing = jobs.Where(j => j is { End: null, Id: not null } && Find(j) is null).ToList();
        var byId = missing.Count == 0 ? null : rows.ToLookup(row => row.Id, StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            job.OtherName = null;
        }

        foreach (var job in missing)
        {
            foreach (var row in byId![job.Id!])
            {
                job.OtherName = row.Name;
                if (job.IsRenamed(row))
                {
                    _rows[(job.Name!, job.Index)] = row;
                }
            }
        }
    }

    private JobRow? Find(ClusterJob job) => _rows.GetValueOrDefault((job.Name!, job.Index));

    private static void Apply(ClusterJob job, JobRow row, DateTimeOffset at)
    {
        job.Search = default;
        job.WasSoughtInVain = false;
        job.IsGone = false;
        job.Seen = row.State;
        job.SubmittedThere = row.Submitted;
        UnconfirmedEnd.Forget(job);
        if (row.State is JobState.Completed or JobState.Failed or JobState.Cancelled)
        {
            job.EndsAs(row, at);
            return;
        }

        job.Identify(row.Id);
        switch (row.State)
        {
            case JobState.Waiting waiting:
                job.TellWaiting(at, waiting.Reason);
                break;
            case JobState.Running running:
                job.TellRunning(at, running.Remark);
                break;
            case JobState.Gone:
                break;
            case JobState.Strange strange:
                job.Remark(at, $"job {row.Id} has the unknown state '{strange.Word}'");
                break;
            default:
                throw new InvalidOperationException("No rule for this state");
        }
    }
}
