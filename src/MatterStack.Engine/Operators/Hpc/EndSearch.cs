using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Determines how jobs ended that the queue does not list: from the accounting, from their recorded exit codes, or not at all.
/// </summary>
internal sealed class EndSearch(IShell shell, AttemptFiles files, TimeProvider clock)
{
    // No other query runs on the connection meanwhile.
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReportLostAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MaxUnconfirmedPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AccountingDelay = TimeSpan.FromSeconds(8);
    private const int MaxMessageLength = 200;

    /// <summary>Time that a controller may hold a submission whose answer was lost.</summary>
    public static readonly TimeSpan SubmissionGrace = TimeSpan.FromSeconds(30);

    private bool _hasNoAccounting;

    /// <param name="missing">Jobs that the queue does not list.</param>
    /// <param name="queue">Jobs that the queue lists.</param>
    /// <param name="now">Current time.</param>
    /// <param name="interval">Time between two polls.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <returns>Pause after which an early repetition is worthwhile, because accounting records arrive seconds late. Returns null if none
    /// is.</returns>
    public TimeSpan? FindEnds(
        IReadOnlyList<ClusterJob> missing,
        IReadOnlyDictionary<(string, int?), JobRow> queue,
        TimeSpan now,
        TimeSpan interval,
        CancellationToken cancel
    )
    {
        if (missing.Count == 0)
        {
            return null;
        }

        var asked = clock.GetTimestamp();
        var history = _hasNoAccounting ? new AccountingResult.NotAvailable() : QueryAccounting(missing, now, cancel);
        var took = clock.GetElapsedTime(asked);
        var at = clock.GetUtcNow();
        _hasNoAccounting |= history is AccountingResult.NotAvailable;
        var known = new Dictionary<(string, int?), JobRow>();
        foreach (var row in JobRow.Sort((history as AccountingResult.Rows)?.Jobs ?? []))
        {
            known[(row.Name, row.Index)] = row;
            if (missing.FirstOrDefault(job => job.IsRenamedRow(row)) is { } renamed)
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
                    UnconfirmedEnd.ClearMarker(job, files);
                    job.RecordEnd(ended, at);
                    break;
                case { } row:
                    // Accounting says running, the queue does not list it: the controller has lost the job, or one of the two is late.
                    job.RecordId(row, at);
                    job.HasVanished = row.State is JobState.Vanished;
                    open.Add(job);
                    break;
                default:
                    // Array members that were cancelled before they started share one row without an index.
                    job.HasVanished =
                        job.Index is not null
                        && (known.GetValueOrDefault((job.Name!, null)) ?? queue.GetValueOrDefault((job.Name!, null)))
                            is { State: JobState.Cancelled };
                    open.Add(job);
                    break;
            }
        }

        TimeSpan? soon = null;
        foreach (var place in open.GroupBy(j => j.Staging))
        {
            var codes = place.Key.ReadExitCodes([.. place.Select(j => j.Request)], cancel);
            foreach (var job in place)
            {
                var code = codes is not null && codes.TryGetValue(job.Request, out var left) ? left : (int?)null;
                // Repeat with exponential back-off; after a slow query the pause is at least as long as the query.
                var pause = GetNextPause(job, took, code is null ? MaxPause : MaxUnconfirmedPause);
                var since = new SearchTiming(now, took, at, pause, interval + took + job.NextQuery.Pause);
                if (code is { } number)
                {
                    DecideByExitCode(job, number, history, since);
                }
                else
                {
                    DecideWithoutExitCode(job, history, codes is not null, since);
                }

                if (job.End is null)
                {
                    job.NextQuery = (now + took + pause, pause);
                    soon =
                        code is not null
                        && history is AccountingResult.Rows
                        && pause <= AccountingDelay
                        && (soon is null || took + pause < soon)
                            ? took + pause
                            : soon;
                }
            }
        }

        return soon;
    }

    private AccountingResult QueryAccounting(IReadOnlyList<ClusterJob> missing, TimeSpan now, CancellationToken cancel)
    {
        var scheduler = missing[0].Site.Scheduler;
        var days = (int)Math.Ceiling((now - missing.Min(j => j.LastTriedAt)).TotalDays) + 1;
        return shell.Run(
            new ShellCall(
                scheduler.BuildAccountingScript(
                    [.. missing.Where(j => j.Id is not null).Select(j => j.Id!)],
                    [.. missing.Where(j => j.Id is null).Select(j => j.Name!).Distinct()],
                    days
                ),
                QueryTimeout
            ),
            cancel
        ) switch
        {
            ShellResult.Ended ended => scheduler.ParseAccounting(ended),
            ShellResult.NoAnswer none => new AccountingResult.NoAnswer(none.Reason),
            _ => throw new InvalidOperationException("No rule for this answer"),
        };
    }

    private static TimeSpan GetNextPause(ClusterJob job, TimeSpan took, TimeSpan most)
    {
        var pause = new Backoff(TimeSpan.FromSeconds(1), most).GetNext(job.NextQuery.Pause);
        pause = pause < took ? took : pause;
        return pause < most ? pause : most;
    }

    // For a job with an exit code. The code does not tell everything: if a node kills a part of a job for lack of memory, the code may
    // still be 0.
    private void DecideByExitCode(ClusterJob job, int code, AccountingResult history, SearchTiming since)
    {
        var silent = history is AccountingResult.NoAnswer { Reason.Length: > 0 } none ? $" ({ToSingleLine(none.Reason)})" : "";
        var which = job.Id is null ? $"the job {job.Name}" : $"job {job.Id}";
        if (history is AccountingResult.NotAvailable)
        {
            SetEndByExitCode(job, code, null);
        }
        else if (CountQuery(job, since).HasTimedOut)
        {
            SetEndByExitCode(job, code, $"ended by its exit code {code}; the accounting did not say how {which} ended{silent}");
        }
        else
        {
            job.ReportNote(
                since.AnsweredAt,
                $"has left exit code {code}; the accounting does not say yet how {which} ended{silent}, "
                    + $"and is asked for up to {UnconfirmedEnd.MaxWait.TotalMinutes:0} minutes"
            );
        }
    }

    private static void SetEndByExitCode(ClusterJob job, int code, string? notKnown) =>
        job.End =
            code == 0
                ? new JobState.Completed { IsByExitCode = true, UnknownFacts = notKnown }
                : new JobState.Failed(EndCause.Exited, "FAILED", null, code) { IsByExitCode = true, UnknownFacts = notKnown };

    // For a job without an exit code.
    private void DecideWithoutExitCode(ClusterJob job, AccountingResult history, bool placeAnswers, SearchTiming since)
    {
        var (now, at, pause) = (since.StartedAt, since.AnsweredAt, since.Pause);
        // A job that was cancelled and is no longer listed has ended, whatever the accounting would say.
        if (!placeAnswers || (history is AccountingResult.NoAnswer && job.CancelSentAt is null))
        {
            if (placeAnswers && CountQuery(job, since).HasTimedOut && job.CancelReason is null)
            {
                job.ReportUnknown(
                    at,
                    $"job {job.Id ?? job.Name} has left the queue without an exit code, and the accounting does not answer "
                        + $"({ToSingleLine(((AccountingResult.NoAnswer)history).Reason)}): it may still run or be lost; "
                        + "it is asked again; if it is gone for good, -t:CleanupOrphans ends the attempt, "
                        + "and with MaxAttempts or -t:Rerun it is tried again"
                );
            }
            else
            {
                job.ReportNote(at, $"has left the queue; how job {job.Id ?? job.Name} ended cannot be determined now and is asked again");
            }

            return;
        }

        job.WasNotFound = true;
        if (job is { HasVanished: true, CancelReason: not null })
        {
            // The job has ended without an exit code, and its cancellation was requested.
            job.End = new JobState.Cancelled("deleted");
            return;
        }

        if (now - job.LastTriedAt < SubmissionGrace)
        {
            return;
        }

        if (job.CancelReason is not null)
        {
            // JobCanceller handles the rest.
            return;
        }

        if (job.HasVanished && pause >= SubmissionGrace)
        {
            // Neither a record nor an exit code in all this time: the job never started.
            job.End = new JobState.Cancelled("deleted before it started");
        }
        else if (job.Id is not null && (pause >= SubmissionGrace || now - job.LastTriedAt > ReportLostAfter))
        {
            job.ReportUnknown(
                at,
                (
                    job.ListedName is { } other
                        ? $"the queue shows job {job.Id} under the name '{other}', and not '{job.Name}', which has left no exit code: "
                            + $"it was renamed there, or its number was given to another job; "
                        : $"job {job.Id} ({job.Name}) is neither in the queue nor in the accounting and has left no exit code: "
                            + $"it may still run or be lost; "
                ) + "if it is gone for good, -t:CleanupOrphans ends the attempt, and with MaxAttempts or -t:Rerun it is tried again"
            );
        }
    }

    private UnconfirmedEnd CountQuery(ClusterJob job, SearchTiming since) =>
        UnconfirmedEnd.CountQuery(job, files, since.StartedAt + since.Duration, since.MaxCounted);

    private static string ToSingleLine(string words)
    {
        var line = string.Join(' ', words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return line.Length <= MaxMessageLength ? line : line[..MaxMessageLength] + "…";
    }

    /// <summary>Time data of one search.</summary>
    /// <param name="StartedAt">Start of the query.</param>
    /// <param name="Duration">Duration of the query.</param>
    /// <param name="AnsweredAt">Time of the answer, UTC.</param>
    /// <param name="Pause">Pause until the next query.</param>
    /// <param name="MaxCounted">Maximum time since the last query that is counted.</param>
    private readonly record struct SearchTiming(
        TimeSpan StartedAt,
        TimeSpan Duration,
        DateTimeOffset AnsweredAt,
        TimeSpan Pause,
        TimeSpan MaxCounted
    );
}
