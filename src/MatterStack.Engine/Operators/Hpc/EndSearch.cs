using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Determines how jobs ended that the queue does not list: from the accounting, from their recorded exit codes, or not at all.
/// </summary>
internal sealed class EndSearch(IShell shell, AttemptFiles files, TimeProvider clock)
{
    // No other query runs on the connection meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPauseOfUnconfirmed = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(8);
    private const int MostOfWords = 200;

    /// <summary>Time that a controller may hold a submission whose answer was lost.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private bool _historyIsAbsent;

    /// <param name="missing">Jobs that the queue does not list.</param>
    /// <param name="queue">Jobs that the queue lists.</param>
    /// <param name="now">Current time.</param>
    /// <param name="interval">Time between two polls.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <returns>Pause after which an early repetition is worthwhile, because accounting records arrive seconds late. Returns null if none
    /// is.</returns>
    public TimeSpan? Search(IReadOnlyList<ClusterJob> missing, IReadOnlyDictionary<(string, int?), JobRow> queue, TimeSpan now, TimeSpan interval, CancellationToken cancel)
    {
        if (missing.Count == 0)
        {
            return null;
        }

        var asked = clock.GetTimestamp();
        var history = _historyIsAbsent ? new HistoryAnswer.Absent() : Ask(missing, now, cancel);
        var took = clock.GetElapsedTime(asked);
        var at = clock.GetUtcNow();
        _historyIsAbsent |= history is HistoryAnswer.Absent;
        var known = new Dictionary<(string, int?), JobRow>();
        foreach (var row in ((history as HistoryAnswer.Rows)?.Jobs ?? []).OrderBy(r => r.Submitted, StringComparer.Ordinal))
        {
            known[(row.Name, row.Index)] = row;
            if (missing.FirstOrDefault(job => job.IsRenamed(row)) is { } renamed)
            {
                known.TryAdd((renamed.Name!, renamed.Index), row);
            }
        }

        var open = new List<ClusterJob>();
        foreach (var job in missing)
        {
            switch (known.GetValueOrDefault((job.Name!, job.Index)))
            {
                case { State: JobState.Completed or JobState.Failed or JobState.Cancelled } ended:
                    UnconfirmedEnd.Forget(job);
                    job.EndsAs(ended, at);
                    break;
                case { } row:
                    // Accounting says running, the queue does not list it: the controller has lost the job, or one of the two is late.
                    job.LearnId(row, at);
                    job.IsGone = row.State is JobState.Gone;
                    open.Add(job);
                    break;
                default:
                    // Array members that were cancelled before they started share one row without an index.
                    job.IsGone = job.Index is not null && (known.GetValueOrDefault((job.Name!, null)) ?? queue.GetValueOrDefault((job.Name!, null))) is { State: JobState.Cancelled };
                    open.Add(job);
                    break;
            }
        }

        TimeSpan? soon = null;
        foreach (var place in open.GroupBy(j => j.Place))
        {
            var codes = place.Key.ExitCodes([.. place.Select(j => j.Order)], cancel);
            foreach (var job in place)
            {
                var code = codes is not null && codes.TryGetValue(job.Order, out var left) ? left : (int?)null;
                // Repeat with exponential back-off; after a slow query the pause is at least as long as the query.
                var pause = Pause(job, took, code is null ? LongestPause : LongestPauseOfUnconfirmed);
                var since = new Asking(now, took, at, pause, interval + took + job.Search.Pause);
                if (code is { } number)
                {
                    Confirm(job, number, history, since);
                }
                else
                {
                    Decide(job, history, codes is not null, since);
                }

                if (job.End is null)
                {
                    job.Search = (now + took + pause, pause);
                    soon = code is not null && history is HistoryAnswer.Rows && pause <= Late && (soon is null || took + pause < soon) ? took + pause : soon;
                }
            }
        }

        return soon;
    }

    private HistoryAnswer Ask(IReadOnlyList<ClusterJob> missing, TimeSpan now, CancellationToken cancel)
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

    private static TimeSpan Pause(ClusterJob job, TimeSpan took, TimeSpan most)
    {
        var pause = job.Search.Pause == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : job.Search.Pause * 2;
        pause = pause < took ? took : pause;
        return pause < most ? pause : most;
    }

    // For a job with an exit code. The code does not tell everything: if a node kills a part of a job for lack of memory, the code may
    // still be 0.
    private void Confirm(ClusterJob job, int code, HistoryAnswer history, Asking since)
    {
        var silent = history is HistoryAnswer.Silent { Why.Length: > 0 } none ? $" ({Line(none.Why)})" : "";
        var which = job.Id is null ? $"the job {job.Name}" : $"job {job.Id}";
        if (history is HistoryAnswer.Absent)
        {
            EndByCode(job, code, null);
        }
        else if (Count(job, since).IsOver)
        {
            EndByCode(job, code, $"ended by its exit code {code}; the accounting did not say how {which} ended{silent}");
        }
        else
        {
            job.Remark(since.At, $"has left exit code {code}; the accounting does not say yet how {which} ended{silent}, and is asked for up to {UnconfirmedEnd.Longest.TotalMinutes:0} minutes");
        }
    }

    private static void EndByCode(ClusterJob job, int code, string? notKnown) =>
        job.End = code == 0 ? new JobState.Completed { IsByExitCode = true, NotKnown = notKnown } : new JobState.Failed("FAILED", null, code) { IsByExitCode = true, NotKnown = notKnown };

    // For a job without an exit code.
    private void Decide(ClusterJob job, HistoryAnswer history, bool placeAnswers, Asking since)
    {
        var (now, at, pause) = (since.Now, since.At, since.Pause);
        // A job that was cancelled and is no longer listed has ended, whatever the accounting would say.
        if (!placeAnswers || (history is HistoryAnswer.Silent && job.CancelledAt is null))
        {
            if (placeAnswers && Count(job, since).IsOver && job.CancelReason is null)
            {
                job.TellUnknown(at, $"job {job.Id ?? job.Name} has left the queue without an exit code, and the accounting does not answer "
                    + $"({Line(((HistoryAnswer.Silent)history).Why)}): it may still run or be lost; "
                    + "it is asked again; if it is gone for good, -t:CleanupOrphans ends the attempt, and with MaxAttempts or -t:Rerun it is tried again");
            }
            else
            {
                job.Remark(at, $"has left the queue; how job {job.Id ?? job.Name} ended cannot be determined now and is asked again");
            }

            return;
        }

        job.WasSoughtInVain = true;
        if (job is { IsGone: true, CancelReason: not null })
        {
            // The job has ended without an exit code, and its cancellation was requested.
            job.End = new JobState.Cancelled("deleted");
            return;
        }

        if (now - job.TriedAt < Grace)
        {
            return;
        }

        if (job.CancelReason is not null)
        {
            // JobCanceller handles the rest.
            return;
        }

        if (job.IsGone && pause >= Grace)
        {
            // Neither a record nor an exit code in all this time: the job never started.
            job.End = new JobState.Cancelled("deleted before it started");
        }
        else if (job.Id is not null && (pause >= Grace || now - job.TriedAt > LongAgo))
        {
            job.TellUnknown(at, (job.OtherName is { } other
                    ? $"the queue shows job {job.Id} under the name '{other}', and not '{job.Name}', which has left no exit code: it was renamed there, or its number was given to another job; "
                    : $"job {job.Id} ({job.Name}) is neither in the queue nor in the accounting and has left no exit code: it may still run or be lost; ")
                + "if it is gone for good, -t:CleanupOrphans ends the attempt, and with MaxAttempts or -t:Rerun it is tried again");
        }
    }

    private UnconfirmedEnd Count(ClusterJob job, Asking since) => UnconfirmedEnd.Count(job, files, since.Now + since.Took, since.Most);

    private static string Line(string words)
    {
        var line = string.Join(' ', words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length <= MostOfWords ? line : line[..MostOfWords] + "…";
    }

    /// <summary>Time data of one search.</summary>
    /// <param name="Now">Start of the query.</param>
    /// <param name="Took">Duration of the query.</param>
    /// <param name="At">Time of the answer, UTC.</param>
    /// <param name="Pause">Pause until the next query.</param>
    /// <param name="Most">Maximum time since the last query that is counted.</param>
    private readonly record struct Asking(TimeSpan Now, TimeSpan Took, DateTimeOffset At, TimeSpan Pause, TimeSpan Most);
}
