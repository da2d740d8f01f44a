using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Asks the accounting what ended jobs used: one command for all that ended since, later and less often where it does not know yet. No end
/// waits for it.
/// </summary>
/// <remarks>It is a command of its own: an accounting that does not answer must not hold up the answer of the queue.</remarks>
internal sealed class UsageQueries(IShell shell, TimeProvider clock)
{
    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));

    // An accounting that hangs holds up the connection for the time of a query.
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromMinutes(1);

    // About ten minutes.
    private const int MaxAnswers = 8;

    // An answer so long after the end is the last word.
    private static readonly TimeSpan LongAfterEnd = TimeSpan.FromMinutes(15);

    // An accounting that does not answer for so long is given up.
    private static readonly TimeSpan MaxSilence = TimeSpan.FromDays(7);

    private readonly Dictionary<AttemptId, Query> _queries = [];
    private bool _hasNoAccounting;

    /// <summary>Adds an ended job, to be asked for after a moment.</summary>
    /// <param name="ended">The attempt.</param>
    /// <param name="scheduler">Scheduler of its job.</param>
    /// <param name="report">Receives the answer.</param>
    /// <param name="now">Current time.</param>
    public void Add(PendingUsage ended, IScheduler scheduler, Action<Observation> report, TimeSpan now) =>
        _queries.TryAdd(ended.Attempt, new Query(ended, scheduler, report) { At = now + FirstPause, Pause = TimeSpan.Zero });

    /// <summary>Time until the next query is due; infinite if no job is waited for.</summary>
    public TimeSpan GetTimeUntilDue(TimeSpan now)
    {
        if (_queries.Count == 0)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var first = _queries.Values.Min(static query => query.At);
        return first > now ? first - now : TimeSpan.Zero;
    }

    /// <summary>Asks for the jobs that are due.</summary>
    public void AskDue(TimeSpan now, CancellationToken cancel)
    {
        if (GetTimeUntilDue(now) == TimeSpan.Zero)
        {
            Ask([.. _queries.Values.Where(query => query.At <= now)], now, QueryTimeout, cancel);
        }
    }

    /// <summary>Asks for all jobs, because the command ends. What is not answered in time is asked by the next command.</summary>
    public void AskAll(TimeSpan now, TimeSpan timeout, CancellationToken cancel)
    {
        if (_queries.Count > 0)
        {
            Ask([.. _queries.Values], now, timeout, cancel);
        }
    }

    private void Ask(List<Query> due, TimeSpan now, TimeSpan timeout, CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        var answer = _hasNoAccounting ? new AccountingResult.NotAvailable() : AskScheduler(due, at, timeout, cancel);
        if (cancel.IsCancellationRequested)
        {
            return;
        }

        _hasNoAccounting |= answer is AccountingResult.NotAvailable;
        var rows = (answer as AccountingResult.Rows)?.Jobs.ToLookup(static row => row.Id, StringComparer.Ordinal);
        foreach (var query in due)
        {
            var age = at - query.Ended.EndedAt;
            if (answer is not AccountingResult.NoAnswer)
            {
                query.Answers++;
            }

            var isLast = query.Answers >= MaxAnswers || age > (answer is AccountingResult.NoAnswer ? MaxSilence : LongAfterEnd);
            var row = query.Ended.ExternalId is { } id ? rows?[id].LastOrDefault() : null;
            if (answer is AccountingResult.NotAvailable)
            {
                Report(query, at, new AttemptUsage(), null, UsageNotes.NoAccounting);
            }
            else if (row is { Usage: { } usage } && (usage.Source != UsageSource.Pending || isLast))
            {
                Report(query, at, usage with { Source = UsageSource.Sacct }, row.Node, UsageNotes.NothingGathered);
            }
            else if (isLast)
            {
                Report(query, at, new AttemptUsage(), null, UsageNotes.NotListed);
            }
            else
            {
                query.Pause = Pauses.GetNext(query.Pause);
                if (answer is AccountingResult.NoAnswer && query.Pause < PauseAfterSilence)
                {
                    query.Pause = PauseAfterSilence;
                }

                query.At = now + query.Pause;
            }
        }
    }

    private void Report(Query query, DateTimeOffset at, AttemptUsage told, string? node, string missing)
    {
        _queries.Remove(query.Ended.Attempt);
        query.Report(new Observation.UsageFound(query.Ended.Attempt, at, UsageMerge.Join(query.Ended.Known, told, missing), node));
    }

    private AccountingResult AskScheduler(List<Query> due, DateTimeOffset at, TimeSpan timeout, CancellationToken cancel)
    {
        var scheduler = due[0].Scheduler;
        var ids = due.Select(static query => query.Ended.ExternalId).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var oldest = due.Min(static query => query.Ended.EndedAt);
        var days = (int)Math.Clamp(Math.Ceiling((at - oldest).TotalDays), 0, MaxSilence.TotalDays) + 1;
        return ids.Count == 0
            ? new AccountingResult.Rows([])
            : shell.Run(new ShellCall(scheduler.BuildUsageScript(ids, days), timeout), cancel) switch
            {
                ShellResult.Ended ended => scheduler.ParseUsage(ended),
                ShellResult.NoAnswer none => new AccountingResult.NoAnswer(none.Reason),
                _ => throw new InvalidOperationException("No rule for this answer"),
            };
    }

    private sealed class Query(PendingUsage ended, IScheduler scheduler, Action<Observation> report)
    {
        public PendingUsage Ended => ended;

        public IScheduler Scheduler => scheduler;

        public Action<Observation> Report => report;

        public TimeSpan At { get; set; }

        public TimeSpan Pause { get; set; }

        public int Answers { get; set; }
    }
}
