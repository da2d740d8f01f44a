using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Asks a scheduler how all jobs are, gently: one call for all, one more for those it does not show, longer pauses where it is slow or silent.</summary>
/// <remarks>No answer, an empty one, and one that cannot be understood end nothing. A job is over when the scheduler says so by its name, or when its own exit code lies there.</remarks>
internal sealed class Poller(IShell shell, TimeProvider clock, TimeSpan preset)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AnswerStaysFresh = TimeSpan.FromSeconds(2);

    // As long as a controller may sit on a submission whose answer was lost.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private TimeSpan _due;
    private TimeSpan _pause;
    private TimeSpan _answeredAt = TimeSpan.MinValue;
    private Dictionary<(string, int?), JobRow> _rows = [];
    private bool _historyIsAbsent;

    /// <summary>Status queries so far.</summary>
    public int Count { get; private set; }

    public bool IsDue(TimeSpan now) => now >= _due;

    public TimeSpan DueIn(TimeSpan now) => _due > now ? _due - now : TimeSpan.Zero;

    public void Hurry(TimeSpan now) => _due = now;

    /// <summary>Asks no later than after a pause.</summary>
    public void HurryAfter(TimeSpan now, TimeSpan pause) => _due = _due > now + pause ? now + pause : _due;

    /// <summary>The first jobs are there: they are asked about after a pause.</summary>
    public void Begin(TimeSpan now, TimeSpan pause) => _due = now + pause;

    public TimeSpan Interval(IReadOnlyList<ClusterJob> jobs) => jobs.Max(j => j.Site.PollInterval) ?? preset;

    /// <summary>Serves jobs from an answer that has just been got; false: there is none.</summary>
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

    /// <summary>Asks how jobs are.</summary>
    /// <returns>Null; or why the machine did not answer.</returns>
    public ShellAnswer.None? Poll(IReadOnlyList<ClusterJob> jobs, TimeSpan now, CancellationToken cancel)
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
        // Somebody waits for the end of what was cancelled.
        _pause = rows is not null && took <= Slow ? jobs.Any(j => j.CancelSent) && interval > Soon ? Soon : interval : TimeSpan.FromTicks(Math.Clamp(_pause.Ticks * 2, interval.Ticks, LongestPause.Ticks));
        _due = now + took + _pause;
        if (rows is null)
        {
            var why = answer switch
            {
                ShellAnswer.None none => none.Why,
                ShellAnswer.Ended { ExitCode: not 0 } failed => string.Join(' ', failed.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
                _ => "its answer cannot be understood",
            };
            foreach (var job in jobs.Where(j => j.End is null))
            {
                job.Remark(at, $"{scheduler.Type} on {shell.Name} does not say how job {job.Id ?? job.Name} is ({why}); it is asked again");
            }

            return answer as ShellAnswer.None;
        }

        _answeredAt = now;
        _rows = [];
        foreach (var row in rows.OrderBy(r => r.Submitted, StringComparer.Ordinal))
        {
            _rows[(row.Name, row.Index)] = row;
        }

        foreach (var job in jobs.Where(j => j.End is null))
        {
            if (Find(job) is { } row)
            {
                job.Guard(at, () => Apply(job, row, at));
            }
        }

        Search([.. jobs.Where(j => j.End is null && Find(j) is null && now >= j.Search.At)], now, at, cancel);
        return null;
    }

    /// <summary>Jobs that neither queue nor accounting knows although their submission was tried long enough ago.</summary>
    public static IEnumerable<ClusterJob> ToSubmitAgain(IReadOnlyList<ClusterJob> jobs, TimeSpan now) =>
        jobs.Where(j => j is { Id: null, End: null, CancelReason: null, IsOver: false, WasSoughtInVain: true } && now - j.TriedAt >= Grace);

    private JobRow? Find(ClusterJob job) => _rows.GetValueOrDefault((job.Name!, job.Index));

    private static void Apply(ClusterJob job, JobRow row, DateTimeOffset at)
    {
        job.Search = default;
        job.WasSoughtInVain = false;
        job.IsGone = false;
        job.Seen = row.State;
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
                job.Remark(at, $"job {row.Id} is '{strange.Word}', a state that is not known here");
                break;
            default:
                throw new InvalidOperationException("No rule for this state");
        }
    }

    // What the queue does not show: accounting knows, or the exit code that the job has left, or nobody.
    private void Search(List<ClusterJob> missing, TimeSpan now, DateTimeOffset at, CancellationToken cancel)
    {
        if (missing.Count == 0)
        {
            return;
        }

        var history = _historyIsAbsent ? new HistoryAnswer.Absent() : History(missing, now, cancel);
        _historyIsAbsent |= history is HistoryAnswer.Absent;
        var known = new Dictionary<(string, int?), JobRow>();
        foreach (var row in ((history as HistoryAnswer.Rows)?.Jobs ?? []).OrderBy(r => r.Submitted, StringComparer.Ordinal))
        {
            known[(row.Name, row.Index)] = row;
        }

        var open = new List<ClusterJob>();
        foreach (var job in missing)
        {
            switch (known.GetValueOrDefault((job.Name!, job.Index)))
            {
                case { State: JobState.Completed or JobState.Failed or JobState.Cancelled } ended:
                    job.EndsAs(ended, at);
                    break;
                case { } row:
                    // Under way by the accounting, gone by the queue: the controller has lost it, or one of the two lags behind.
                    job.LearnId(row, at);
                    job.IsGone = row.State is JobState.Gone;
                    open.Add(job);
                    break;
                default:
                    open.Add(job);
                    break;
            }
        }

        SearchExitCodes(open, history, now, at, cancel);
    }

    private HistoryAnswer History(List<ClusterJob> missing, TimeSpan now, CancellationToken cancel)
    {
        var scheduler = missing[0].Site.Scheduler;
        var days = (int)Math.Ceiling((now - missing.Min(j => j.TriedAt)).TotalDays) + 1;
        return shell.Run(new ShellCall(scheduler.History(
            [.. missing.Where(j => j.Id is not null).Select(j => j.Id!)], [.. missing.Where(j => j.Id is null).Select(j => j.Name!).Distinct()], days), Patience), cancel) switch
        {
            ShellAnswer.Ended ended => scheduler.ReadHistory(ended),
            ShellAnswer.None none => new HistoryAnswer.Silent(none.Why),
            _ => throw new InvalidOperationException("No rule for this answer"),
        };
    }

    private static void SearchExitCodes(List<ClusterJob> open, HistoryAnswer history, TimeSpan now, DateTimeOffset at, CancellationToken cancel)
    {
        foreach (var place in open.GroupBy(j => j.Place))
        {
            var codes = place.Key.ExitCodes([.. place.Select(j => j.Order)], cancel);
            foreach (var job in place)
            {
                if (codes is not null && codes.TryGetValue(job.Order, out var code))
                {
                    job.End = code == 0 ? new JobState.Completed() : new JobState.Failed("FAILED", null, code);
                    continue;
                }

                // Ask again, less and less often.
                var pause = job.Search.Pause == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(job.Search.Pause.Ticks * 2, LongestPause.Ticks));
                job.Search = (now + pause, pause);
                if (history is HistoryAnswer.Silent || codes is null)
                {
                    job.Remark(at, $"is not in the queue any more, and what became of job {job.Id ?? job.Name} cannot be learnt just now; it is asked again");
                    continue;
                }

                job.WasSoughtInVain = true;
                if (job is { IsGone: true, CancelReason: not null })
                {
                    // It is over, has left no exit code, and we have asked for that.
                    job.End = new JobState.Cancelled("deleted");
                    continue;
                }

                if (now - job.TriedAt < Grace)
                {
                    continue;
                }

                if (job.CancelReason is not null)
                {
                    // What follows is the affair of whoever ends it.
                    continue;
                }

                if (job.IsGone && pause >= Grace)
                {
                    // It has left neither record nor exit code in all this time: it never began.
                    job.End = new JobState.Cancelled("deleted before it began");
                }
                else if (job.Id is not null && (pause >= Grace || now - job.TriedAt > LongAgo))
                {
                    job.TellUnknown(at, $"job {job.Id} ({job.Name}) is neither in the queue nor in the accounting and has left no exit code: it may still run or be lost; "
                        + "if it is gone for good, -t:CleanupOrphans ends the attempt, and with MaxAttempts or -t:Rerun it is tried again");
                }
            }
        }
    }
}
