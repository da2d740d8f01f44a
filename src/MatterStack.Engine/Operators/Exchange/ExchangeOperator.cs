using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Writes a request into the attempt's folder and waits for an answer: for people, instruments, and clusters that a person
/// operates. Uses no thread or process per attempt.</summary>
/// <remarks>One thread does everything in sequence, so an answer, a time limit and a cancellation cannot conflict.</remarks>
internal sealed partial class ExchangeOperator : AttemptOperator
{
    /// <summary>Time between two searches for answers that no file watcher reported.</summary>
    public static readonly TimeSpan Sweep = TimeSpan.FromSeconds(2);

    // A file that changed within this time may be incomplete, so its faults are not reported yet.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private const string Withdrawal = "withdrawn.txt";

    private readonly IExchange _exchange;
    private readonly OperatorContext _context;
    private readonly TimeSpan? _remindBefore;
    private readonly Dictionary<AttemptId, Waiting> _waiting = [];
    private readonly BlockingCollection<Action> _work = [];
    private readonly AnswerWatch _watch;
    private readonly ICourier? _courier;
    private readonly Thread _thread;
    private readonly ITimer _timer;

    /// <param name="exchange">Format of requests and answers.</param>
    /// <param name="context">Services for the operator.</param>
    /// <param name="remindBefore">Time before the time limit at which a reminder is given; null: no reminder.</param>
    /// <param name="courier">Creates the transport of requests and answers; it calls the given action when an attempt's status changes.
    /// Null: the other side reads the folder itself.</param>
    public ExchangeOperator(IExchange exchange, OperatorContext context, TimeSpan? remindBefore = null, Func<Action<AttemptId>, ICourier>? courier = null)
    {
        (_exchange, _context, _remindBefore) = (exchange, context, remindBefore);
        _courier = courier?.Invoke(attempt => Post(() => Look(attempt)));
        _watch = new AnswerWatch(attempt => Post(() => Look(attempt)), context.Faults);
        _thread = Background.StartThread("answers", Work, LogFault);
        _timer = Background.StartTimer(context.Clock, () => Post(LookAtAll), LogFault, Sweep, Sweep);
    }

    public override void Observe(IReadOnlyList<AttemptOrder> live)
    {
        Do(() =>
        {
            foreach (var order in live)
            {
                Guard(order, () => TakeUp(order));
            }
        });
        if (_courier is not null && live.Count > 0)
        {
            // A step returns at once, so the status of all attempts must be known by then.
            _courier.UntilAsked();
            Do(LookAtAll);
            // Once more, for attempts that were withdrawn just now.
            _courier.UntilAsked();
            Do(LookAtAll);
        }
    }

    public override void Start(AttemptOrder order) => Post(() => Guard(order, () => HandOver(order)));

    public override void Cancel(AttemptOrder order, string reason) => Post(() => Guard(order, () => End(order, new AttemptEnd { IsCancelled = true, EndedBy = reason }, withdrawn: reason)));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _timer.Dispose();
        _courier?.Dispose();
        if (!_work.IsAddingCompleted)
        {
            _work.CompleteAdding();
            // Released attempts are handed over, so that the store records them.
            _thread.Join(TimeSpan.FromSeconds(5));
        }

        _watch.Dispose();
    }

    // Returns false after Dispose; the next tick observes again.
    private bool Post(Action action)
    {
        try
        {
            _work.Add(action);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Do(Action action)
    {
        using var done = new ManualResetEventSlim();
        var posted = Post(() =>
        {
            Background.RunGuarded(action, LogFault);
            done.Set();
        });
        if (posted)
        {
            done.Wait();
        }
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
        {
            Background.RunGuarded(action, LogFault);
        }
    }

    private void Guard(AttemptOrder order, Action action) => Background.RunGuarded(action, e => EndByFault(order, e));

    // The other side is informed if possible. If not, the reason says that it may still work on the attempt.
    private void EndByFault(AttemptOrder order, Exception exception)
    {
        var why = Fault.FormatReason(_context.Faults.RecordFault(exception, $"attempt {order.Index} of task '{order.TaskId}'"));
        if (order.SubmittedAt is null && !_waiting.ContainsKey(order.Attempt) && !File.Exists(RequestOf(order)))
        {
            Forget(order);
            _context.Report(new Observation.NotStarted(order.Attempt, _context.Clock.GetUtcNow(), why));
            return;
        }

        Background.RunGuarded(() => End(order, new AttemptEnd { EndedBy = why }, withdrawn: why), e =>
        {
            _context.Faults.RecordWarning(e, $"withdrawing attempt {order.Index} of task '{order.TaskId}'");
            _waiting.Remove(order.Attempt);
            _context.Report(new Observation.Exited(order.Attempt, _context.Clock.GetUtcNow(),
                new AttemptEnd { EndedBy = why + " (it could not be withdrawn: the other side may still work on it)" }));
        });
    }

    private void LogFault(Exception exception) => _context.Faults.RecordWarning(exception, "waiting for answers");

    private void LookAtAll()
    {
        foreach (var attempt in _waiting.Keys.ToList())
        {
            Look(attempt);
        }
    }

    private void Look(AttemptId attempt)
    {
        if (_waiting.TryGetValue(attempt, out var waiting))
        {
            Guard(waiting.Order, () => Look(attempt, waiting));
        }
    }

    private void Look(AttemptId attempt, Waiting waiting)
    {
        var order = waiting.Order;
        var note = _courier?.Note(attempt);
        if (waiting.Withdrawing is { } ending)
        {
            if (waiting.Unwritten is { } words)
            {
                End(order, ending, words);
            }
            else if (note is CourierNote.Withdrawn)
            {
                Over(order, ending);
            }
            else if (note is CourierNote.NotWithdrawn not)
            {
                _context.Report(new Observation.EndRequestFailed(order.Attempt, _context.Clock.GetUtcNow(),
                    $"the instrument has not confirmed the cancellation: {not.Why}"));
            }

            return;
        }

        var answer = _exchange.Look(order);
        if (answer is Answer.None && IsRemoved(order) && !AskAgain(waiting))
        {
            return;
        }

        if (answer is Answer.Given given && !(UntilNow(given.WrittenAt) > waiting.Deadline))
        {
            answer = Accept(order, given.WrittenAt - _context.Clock.GetUtcNow() < Settled ? given
                : given with { Line = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{given.Line}; the file's time, {given.WrittenAt:yyyy-MM-dd HH:mm:ss} UTC, is ahead of this machine's clock") });
        }

        // With a transport, the status is unknown before its first reply.
        if (answer is null || (_courier is not null && note is null) || EndsWith(order, note))
        {
            return;
        }

        if (waiting.Left is { } left && _context.Clock.GetElapsedTime(waiting.Began) >= left)
        {
            var late = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"TIMEOUT: no answer within its time limit of {order.Task.TimeLimitMinutes:0.######} min");
            End(order, new AttemptEnd { EndedBy = late }, withdrawn: late);
            return;
        }

        Tell(waiting, answer, note as CourierNote.Waits);
    }

    private bool EndsWith(AttemptOrder order, CourierNote? note)
    {
        switch (note)
        {
            case CourierNote.Refused refused when order.SubmittedAt is null && _waiting[order.Attempt].Told is null:
                Forget(order);
                _context.Report(new Observation.NotStarted(order.Attempt, _context.Clock.GetUtcNow(), $"the instrument refused it: {refused.Why}"));
                return true;
            case CourierNote.Refused refused:
                Over(order, new AttemptEnd { EndedBy = $"the instrument says: {refused.Why}" });
                return true;
            case CourierNote.HeldUp held:
                Forget(order);
                _context.Report(new Observation.Blocked(order.Attempt, _context.Clock.GetUtcNow(), held.Why));
                return true;
            case CourierNote.Broken broken:
                End(order, new AttemptEnd { EndedBy = broken.Why }, withdrawn: broken.Why);
                return true;
            default:
                return false;
        }
    }

    // Returns null if the attempt has ended; otherwise why the answer is not accepted.
    private Answer.NotValid? Accept(AttemptOrder order, Answer.Given given)
    {
        if (!given.Done)
        {
            End(order, new AttemptEnd { EndedBy = given.Error, AnsweredBy = given.By, Answer = given.Line }, withdrawn: null);
            return null;
        }

        var files = given.Files;
        try
        {
            var results = Path.Combine(order.WorkFolder, "results.json");
            if (given.DataJson is { } data && RelativePath.StaysInside(order.RunFolder, results))
            {
                _context.Disk.WriteAtomically(results, System.Text.Encoding.UTF8.GetBytes(data));
                // A dependent command finds the file in deps/, even if the task does not declare it.
                files = [.. files, "results.json"];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Answer.NotValid($"the answer cannot be stored: {e.Message}", given.WrittenAt);
        }

        AttemptEnd ending;
        try
        {
            ending = AttemptFiles.Collect(order, new AttemptEnd { AnsweredBy = given.By, Answer = given.Line }, files);
        }
        catch (IOException e)
        {
            return new Answer.NotValid($"there is an answer, but its files cannot be read: {e.Message}", given.WrittenAt);
        }

        // A fetched answer is complete: no more files follow.
        if (_courier is null && (ending.MissingOutputs.Count > 0 || ending.CollectionProblem is not null))
        {
            return new Answer.NotValid(ending.CollectionProblem
                ?? $"there is an answer, but these files are not in {Path.GetFileName(order.WorkFolder)}/ yet: {string.Join(", ", ending.MissingOutputs)}",
                given.WrittenAt);
        }

        End(order, ending, withdrawn: null);
        return null;
    }

    private void Tell(Waiting waiting, Answer answer, CourierNote.Waits? note)
    {
        var order = waiting.Order;
        var now = _context.Clock.GetUtcNow();
        var text = _exchange.WaitsFor(order);
        if (waiting.Deadline is { } deadline)
        {
            text += string.Create(System.Globalization.CultureInfo.InvariantCulture, $", until {deadline:yyyy-MM-dd HH:mm:ss} UTC");
            if (Reminder.IsDue(waiting, deadline, _remindBefore, _exchange, _context))
            {
                text += " (reminder: little time is left)";
            }
        }

        text += waiting.WasAskedAgain ? "; its folder had been removed and was created again" : "";
        if (answer is Answer.NotValid problem && (now - problem.WrittenAt).Duration() >= Settled)
        {
            text += $"; {problem.Why}";
        }

        text += note is null ? "" : "; " + note.Words;
        if (waiting.Told != text)
        {
            // Later commands compute the deadline from the time of the first fact.
            var at = waiting.Told is null && order.SubmittedAt is null ? waiting.Since : now;
            waiting.Told = text;
            _context.Report(new Observation.WaitingExternally(order.Attempt, at, text, note?.ExternalId));
        }
    }

    private void End(AttemptOrder order, AttemptEnd ending, string? withdrawn)
    {
        try
        {
            // A reader of the folder must see that the request is withdrawn.
            if (withdrawn is not null && Directory.Exists(order.Folder))
            {
                _context.Attempts.Write(order, Withdrawal, withdrawn + "\n");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A reader of the folder has no other source. An instrument is informed below.
            if (_courier is null && ending.IsCancelled)
            {
                _waiting[order.Attempt] = new Waiting(order, null, null, _context.Clock.GetTimestamp()) { Withdrawing = ending, Unwritten = withdrawn };
                _context.Report(new Observation.EndRequestFailed(order.Attempt, _context.Clock.GetUtcNow(),
                    $"{Path.Combine(order.Folder, Withdrawal)}, which withdraws the request, cannot be written: {e.Message}"));
                return;
            }
        }

        if (withdrawn is null || _courier is null || !File.Exists(RequestOf(order)))
        {
            Over(order, ending);
            return;
        }

        // The attempt ends when the other side confirms, or cannot be reached.
        _waiting.TryAdd(order.Attempt, new Waiting(order, null, null, _context.Clock.GetTimestamp()));
        if (_waiting[order.Attempt].Withdrawing is null)
        {
            _waiting[order.Attempt].Withdrawing = ending;
            _courier.Withdraw(order);
        }
    }

    private void Over(AttemptOrder order, AttemptEnd ending)
    {
        Forget(order);
        _context.Report(new Observation.Exited(order.Attempt, _context.Clock.GetUtcNow(), ending));
    }

    private void Forget(AttemptOrder order)
    {
        _waiting.Remove(order.Attempt);
        _watch.Remove(order.Attempt);
        _courier?.Drop(order.Attempt);
    }

    // A file that exists was written before now, even if its time is later: clocks differ, and anyone can set a file's time.
    private DateTimeOffset UntilNow(DateTimeOffset written) => _context.Clock.GetUtcNow() is var now && written > now ? now : written;

    private string RequestOf(AttemptOrder order) => Path.Combine(order.Folder, _exchange.RequestFile);

    private static DateTimeOffset? Deadline(AttemptOrder order, DateTimeOffset since) => order.Task.TimeLimit is { } limit ? since + limit : null;
}
