using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Writes a request into the attempt's folder and waits for an answer: for people, instruments, and clusters that a person
/// operates. Uses no thread or process per attempt.</summary>
/// <remarks>One thread does everything in sequence, so an answer, a time limit and a cancellation cannot conflict.</remarks>
internal sealed partial class ExchangeOperator : AttemptOperator
{
    /// <summary>Time between two searches for answers that no file watcher reported.</summary>
    public static readonly TimeSpan SearchInterval = TimeSpan.FromSeconds(2);

    // A file that changed within this time may be incomplete, so its faults are not reported yet.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private const string WithdrawalFileName = "withdrawn.txt";

    private readonly IExchange _exchange;
    private readonly OperatorContext _context;
    private readonly TimeSpan? _remindBefore;
    private readonly Dictionary<AttemptId, PendingExchange> _pending = [];
    private readonly WorkQueue<Action> _queue;
    private readonly AnswerWatcher _watcher;
    private readonly IExchangeTransport? _transport;
    private readonly ITimer _timer;

    /// <param name="exchange">Format of requests and answers.</param>
    /// <param name="context">Services for the operator.</param>
    /// <param name="remindBefore">Time before the time limit at which a reminder is given; null: no reminder.</param>
    /// <param name="createTransport">Creates the transport of requests and answers; it calls the given action when an attempt's status
    /// changes. Null: the other side reads the folder itself.</param>
    public ExchangeOperator(
        IExchange exchange,
        OperatorContext context,
        TimeSpan? remindBefore = null,
        Func<Action<AttemptId>, IExchangeTransport>? createTransport = null
    )
    {
        (_exchange, _context, _remindBefore) = (exchange, context, remindBefore);
        _queue = new WorkQueue<Action>("answers", static action => action(), LogFault);
        _transport = createTransport?.Invoke(attempt => TryPost(() => CheckForAnswer(attempt)));
        _watcher = new AnswerWatcher(attempt => TryPost(() => CheckForAnswer(attempt)), context.Faults);
        _queue.Start();
        _timer = Background.StartTimer(context.Clock, () => TryPost(CheckAll), LogFault, SearchInterval, SearchInterval);
    }

    public override void Observe(IReadOnlyList<AttemptRequest> live)
    {
        RunAndWait(() =>
        {
            foreach (var request in live)
            {
                RunGuarded(request, () => Resume(request));
            }
        });
        if (_transport is not null && live.Count > 0)
        {
            // A step returns at once, so the status of all attempts must be known by then.
            _transport.WaitForFirstReplies();
            RunAndWait(CheckAll);
            // Once more, for attempts that were withdrawn just now.
            _transport.WaitForFirstReplies();
            RunAndWait(CheckAll);
        }
    }

    public override void Start(AttemptRequest request) => TryPost(() => RunGuarded(request, () => SubmitRequest(request)));

    public override void Cancel(AttemptRequest request, string reason) =>
        TryPost(() =>
            RunGuarded(request, () => EndAttempt(request, new AttemptEnd { IsCancelled = true, EndedBy = reason }, withdrawn: reason))
        );

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _timer.Dispose();
        _transport?.Dispose();
        if (!_queue.IsClosed)
        {
            _queue.Close();
            // Released attempts are handed over, so that the store records them.
            _queue.Join(TimeSpan.FromSeconds(5));
        }

        _watcher.Dispose();
    }

    // Returns false after Dispose; the next tick observes again.
    private bool TryPost(Action action) => _queue.TryAdd(action);

    private void RunAndWait(Action action)
    {
        using var done = new ManualResetEventSlim();
        var posted = TryPost(() =>
        {
            Background.RunGuarded(action, LogFault);
            done.Set();
        });
        if (posted)
        {
            done.Wait();
        }
    }

    private void RunGuarded(AttemptRequest request, Action action) => Background.RunGuarded(action, e => EndByFault(request, e));

    private void LogFault(Exception exception) => _context.Faults.RecordWarning(exception, "waiting for answers");

    private void CheckAll()
    {
        foreach (var attempt in _pending.Keys.ToList())
        {
            CheckForAnswer(attempt);
        }
    }

    private void CheckForAnswer(AttemptId attempt)
    {
        if (_pending.TryGetValue(attempt, out var waiting))
        {
            RunGuarded(waiting.Request, () => CheckForAnswer(attempt, waiting));
        }
    }

    private void CheckForAnswer(AttemptId attempt, PendingExchange waiting)
    {
        var request = waiting.Request;
        var note = _transport?.GetStatus(attempt);
        if (waiting.EndAfterWithdrawal is { } ending)
        {
            if (waiting.UnwrittenWithdrawal is { } words)
            {
                EndAttempt(request, ending, words);
            }
            else if (note is TransportStatus.Withdrawn)
            {
                ReportEnd(request, ending);
            }
            else if (note is TransportStatus.WithdrawalPending not)
            {
                _context.Report(
                    new Observation.EndRequestFailed(
                        request.Attempt,
                        _context.Clock.GetUtcNow(),
                        $"the instrument has not confirmed the cancellation: {not.Reason}"
                    )
                );
            }

            return;
        }

        var answer = _exchange.ReadAnswer(request);
        if (answer is ExchangeAnswer.None && IsRequestRemoved(request) && !TryWriteRequestAgain(waiting))
        {
            return;
        }

        if (answer is ExchangeAnswer.Valid given && !(LimitToNow(given.WrittenAt) > waiting.Deadline))
        {
            answer = AcceptAnswer(
                request,
                given.WrittenAt - _context.Clock.GetUtcNow() < SettleTime
                    ? given
                    : given with
                    {
                        Summary = string.Create(
                            System.Globalization.CultureInfo.InvariantCulture,
                            $"{given.Summary}; the file's time, {given.WrittenAt:yyyy-MM-dd HH:mm:ss} UTC, is ahead of this machine's clock"
                        ),
                    }
            );
        }

        // With a transport, the status is unknown before its first reply.
        if (answer is null || (_transport is not null && note is null) || TryEndByStatus(request, note))
        {
            return;
        }

        if (waiting.TimeLeft is { } left && _context.Clock.GetElapsedTime(waiting.StartTimestamp) >= left)
        {
            var late = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"TIMEOUT: no answer within its time limit of {request.TimeLimit?.TotalMinutes:0.######} min"
            );
            EndAttempt(request, new AttemptEnd { Cause = EndCause.TimeLimit, EndedBy = late }, withdrawn: late);
            return;
        }

        ReportStatus(waiting, answer, note as TransportStatus.Pending);
    }

    private bool TryEndByStatus(AttemptRequest request, TransportStatus? note)
    {
        switch (note)
        {
            case TransportStatus.Refused refused when request.SubmittedAt is null && _pending[request.Attempt].LastReason is null:
                ForgetAttempt(request);
                _context.Report(
                    new Observation.NotStarted(request.Attempt, _context.Clock.GetUtcNow(), $"the instrument refused it: {refused.Reason}")
                    {
                        IsPermanent = true,
                    }
                );
                return true;
            case TransportStatus.Refused refused:
                ReportEnd(request, new AttemptEnd { Cause = EndCause.Exited, EndedBy = $"the instrument says: {refused.Reason}" });
                return true;
            case TransportStatus.Blocked held:
                ForgetAttempt(request);
                _context.Report(new Observation.Blocked(request.Attempt, _context.Clock.GetUtcNow(), held.Problem));
                return true;
            case TransportStatus.Faulted broken:
                EndAttempt(request, new AttemptEnd { Cause = EndCause.Lost, EndedBy = broken.Reason }, withdrawn: broken.Reason);
                return true;
            default:
                return false;
        }
    }

    // Returns null if the attempt has ended; otherwise why the answer is not accepted.
    private ExchangeAnswer.Invalid? AcceptAnswer(AttemptRequest request, ExchangeAnswer.Valid given)
    {
        if (!given.IsCompleted)
        {
            EndAttempt(
                request,
                new AttemptEnd
                {
                    Cause = EndCause.Exited,
                    EndedBy = given.Error,
                    AnsweredBy = given.AnsweredBy,
                    Answer = given.Summary,
                },
                withdrawn: null
            );
            return null;
        }

        var files = given.Files;
        try
        {
            var results = Path.Combine(request.WorkFolder, AttemptLayout.ResultsFile);
            if (given.DataJson is { } data && RelativePath.StaysInside(request.RunFolder, results))
            {
                _context.Disk.WriteAtomically(results, System.Text.Encoding.UTF8.GetBytes(data));
                // A dependent command finds the file in deps/, even if the task does not declare it.
                files = [.. files, AttemptLayout.ResultsFile];
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return new ExchangeAnswer.Invalid($"the answer cannot be stored: {e.Message}", given.WrittenAt);
        }

        AttemptEnd ending;
        try
        {
            ending = AttemptFiles.CollectOutputs(request, new AttemptEnd { AnsweredBy = given.AnsweredBy, Answer = given.Summary }, files);
        }
        catch (IOException e)
        {
            return new ExchangeAnswer.Invalid($"there is an answer, but its files cannot be read: {e.Message}", given.WrittenAt);
        }

        // A fetched answer is complete: no more files follow.
        if (_transport is null && (ending.MissingOutputs.Count > 0 || ending.CollectionProblem is not null))
        {
            return new ExchangeAnswer.Invalid(
                ending.CollectionProblem
                    ?? $"there is an answer, but these files are not in {Path.GetFileName(request.WorkFolder)}/ yet: "
                        + $"{string.Join(", ", ending.MissingOutputs)}",
                given.WrittenAt
            );
        }

        EndAttempt(request, ending, withdrawn: null);
        return null;
    }

    private void ReportStatus(PendingExchange waiting, ExchangeAnswer answer, TransportStatus.Pending? note)
    {
        var request = waiting.Request;
        var now = _context.Clock.GetUtcNow();
        var text = _exchange.DescribeWait(request);
        if (waiting.Deadline is { } deadline)
        {
            text += string.Create(System.Globalization.CultureInfo.InvariantCulture, $", until {deadline:yyyy-MM-dd HH:mm:ss} UTC");
            if (Reminder.RemindIfDue(waiting, deadline, _remindBefore, _exchange, _context))
            {
                text += " (reminder: little time is left)";
            }
        }

        text += waiting.WasRewritten ? "; its folder had been removed and was created again" : "";
        if (answer is ExchangeAnswer.Invalid problem && (now - problem.WrittenAt).Duration() >= SettleTime)
        {
            text += $"; {problem.Reason}";
        }

        text += note is null ? "" : "; " + note.Description;
        if (waiting.LastReason != text)
        {
            // Later commands compute the deadline from the time of the first fact.
            var at = waiting.LastReason is null && request.SubmittedAt is null ? waiting.HandedOverAt : now;
            waiting.LastReason = text;
            _context.Report(new Observation.WaitingExternally(request.Attempt, at, text, note?.ExternalId));
        }
    }

    // A file that exists was written before now, even if its time is later: clocks differ, and anyone can set a file's time.
    private DateTimeOffset LimitToNow(DateTimeOffset written) => _context.Clock.GetUtcNow() is var now && written > now ? now : written;

    private string GetRequestPath(AttemptRequest request) => Path.Combine(request.Folder, _exchange.RequestFileName);

    private static DateTimeOffset? ComputeDeadline(AttemptRequest request, DateTimeOffset since) =>
        request.Task.TimeLimit is { } limit ? since + limit : null;
}
