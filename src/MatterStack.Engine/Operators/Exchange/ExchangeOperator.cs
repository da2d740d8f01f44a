using System.Collections.Concurrent;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>Hands work over by files and waits for an answer: people, instruments, clusters that somebody serves by hand. Holds nothing while it waits.</summary>
/// <remarks>One thread does everything in turn, so an answer, a time limit and a cancellation cannot meet halfway.</remarks>
internal sealed partial class ExchangeOperator : AttemptOperator
{
    /// <summary>How often answers are looked for where no watch tells of them.</summary>
    public static readonly TimeSpan Sweep = TimeSpan.FromSeconds(2);

    // A file that changed so recently may still be being written; complaining about it would be wrong a moment later.
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

    /// <param name="exchange">What is asked and answered, and how.</param>
    /// <param name="context">What operators work with.</param>
    /// <param name="remindBefore">How long before the time limit a reminder is given; null: none.</param>
    /// <param name="courier">Makes what carries requests and answers, and tells of news; null: the other side looks into the folder itself.</param>
    public ExchangeOperator(IExchange exchange, OperatorContext context, TimeSpan? remindBefore = null, Func<Action<AttemptId>, ICourier>? courier = null)
    {
        (_exchange, _context, _remindBefore) = (exchange, context, remindBefore);
        _courier = courier?.Invoke(attempt => Post(() => Look(attempt)));
        _watch = new AnswerWatch(attempt => Post(() => Look(attempt)), context.Faults);
        _thread = Background.StartThread("answers", Work, Tell);
        _timer = Background.StartTimer(context.Clock, () => Post(LookAtAll), Tell, Sweep, Sweep);
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
            // A step leaves at once: what has become of them is to be known by then.
            _courier.UntilAsked();
            Do(LookAtAll);
            // What has just been withdrawn included.
            _courier.UntilAsked();
            Do(LookAtAll);
        }
    }

    public override void Start(AttemptOrder order) => Post(() => Guard(order, () => HandOver(order)));

    public override void Cancel(AttemptOrder order, string reason) => Post(() => Guard(order, () => End(order, new Ending { Cancelled = true, EndedBy = reason }, withdrawn: reason)));

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _timer.Dispose();
        _courier?.Dispose();
        if (!_work.IsAddingCompleted)
        {
            _work.CompleteAdding();
            // What was let go is handed over, so that the store learns of it.
            _thread.Join(TimeSpan.FromSeconds(5));
        }

        _watch.Dispose();
    }

    // False: we are gone; the next tick looks.
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
            Background.Guard(action, Tell);
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
            Background.Guard(action, Tell);
        }
    }

    private void Guard(AttemptOrder order, Action action) => Background.Guard(action, e => EndByFault(order, e));

    // The other side is told as far as that can be done; what it has is said where it cannot.
    private void EndByFault(AttemptOrder order, Exception exception)
    {
        var why = Fault.Reason(_context.Faults.Note(exception, $"attempt {order.Index} of task '{order.TaskId}'"));
        if (order.SubmittedAt is null && !_waiting.ContainsKey(order.Attempt) && !File.Exists(RequestOf(order)))
        {
            Forget(order);
            _context.Report(new Observation.NotStarted(order.Attempt, _context.Clock.GetUtcNow(), why));
            return;
        }

        Background.Guard(() => End(order, new Ending { EndedBy = why }, withdrawn: why), e =>
        {
            _context.Faults.Warn(e, $"withdrawing attempt {order.Index} of task '{order.TaskId}'");
            _waiting.Remove(order.Attempt);
            _context.Report(new Observation.Exited(order.Attempt, _context.Clock.GetUtcNow(), new Ending { EndedBy = why + " (it could not be withdrawn: whoever has it may still work on it)" }));
        });
    }

    private void Tell(Exception exception) => _context.Faults.Warn(exception, "waiting for answers");

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
                _context.Report(new Observation.EndNotTold(order.Attempt, _context.Clock.GetUtcNow(), $"the instrument has not confirmed that it stops: {not.Why}"));
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
                : given with { Line = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{given.Line}; the file's time, {given.WrittenAt:yyyy-MM-dd HH:mm:ss} UTC, lies ahead of this machine's clock") });
        }

        // Where somebody has to be asked, nothing is known before that.
        if (answer is null || (_courier is not null && note is null) || EndsWith(order, note))
        {
            return;
        }

        if (waiting.Left is { } left && _context.Clock.GetElapsedTime(waiting.Began) >= left)
        {
            var late = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"TIMEOUT: no answer within its time limit of {order.Task.TimeLimitMinutes:0.######} min");
            End(order, new Ending { EndedBy = late }, withdrawn: late);
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
                Over(order, new Ending { EndedBy = $"the instrument says: {refused.Why}" });
                return true;
            case CourierNote.HeldUp held:
                Forget(order);
                _context.Report(new Observation.HeldUp(order.Attempt, _context.Clock.GetUtcNow(), held.Why));
                return true;
            case CourierNote.Broken broken:
                End(order, new Ending { EndedBy = broken.Why }, withdrawn: broken.Why);
                return true;
            default:
                return false;
        }
    }

    // Null once it is over; otherwise what keeps it from being an answer.
    private Answer.NotValid? Accept(AttemptOrder order, Answer.Given given)
    {
        if (!given.Done)
        {
            End(order, new Ending { EndedBy = given.Error, AnsweredBy = given.By, Answer = given.Line }, withdrawn: null);
            return null;
        }

        var files = given.Files;
        try
        {
            var results = Path.Combine(order.WorkFolder, "results.json");
            if (given.DataJson is { } data && RelativePath.StaysInside(order.RunFolder, results))
            {
                _context.Disk.WriteAtomically(results, System.Text.Encoding.UTF8.GetBytes(data));
                // So that a command that depends on the answer finds it in deps/, whether the task declared it or not.
                files = [.. files, "results.json"];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Answer.NotValid($"the answer cannot be kept: {e.Message}", given.WrittenAt);
        }

        Ending ending;
        try
        {
            ending = AttemptFiles.Collect(order, new Ending { AnsweredBy = given.By, Answer = given.Line }, files);
        }
        catch (IOException e)
        {
            return new Answer.NotValid($"it was answered, and what belongs to it cannot be read: {e.Message}", given.WrittenAt);
        }

        // Of an answer that was fetched nothing more is to come.
        if (_courier is null && (ending.MissingOutputs.Count > 0 || ending.CollectProblem is not null))
        {
            return new Answer.NotValid(ending.CollectProblem ?? $"it was answered, and these files are not in {Path.GetFileName(order.WorkFolder)}/ yet: {string.Join(", ", ending.MissingOutputs)}", given.WrittenAt);
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
                text += " (reminded: not much time is left)";
            }
        }

        text += waiting.WasAskedAgain ? "; its folder had been removed and was made anew" : "";
        if (answer is Answer.NotValid problem && (now - problem.WrittenAt).Duration() >= Settled)
        {
            text += $"; {problem.Why}";
        }

        text += note is null ? "" : "; " + note.Words;
        if (waiting.Told != text)
        {
            // What the store keeps of the first is what the deadline is computed from later.
            var at = waiting.Told is null && order.SubmittedAt is null ? waiting.Since : now;
            waiting.Told = text;
            _context.Report(new Observation.HandedOver(order.Attempt, at, text, note?.ExternalId));
        }
    }

    private void End(AttemptOrder order, Ending ending, string? withdrawn)
    {
        try
        {
            // Whoever has the folder open is to see that nothing is wanted any more.
            if (withdrawn is not null && Directory.Exists(order.Folder))
            {
                _context.Attempts.Write(order, Withdrawal, withdrawn + "\n");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever looks into the folder has nothing else to go by; an instrument is told below.
            if (_courier is null && ending.Cancelled)
            {
                _waiting[order.Attempt] = new Waiting(order, null, null, _context.Clock.GetTimestamp()) { Withdrawing = ending, Unwritten = withdrawn };
                _context.Report(new Observation.EndNotTold(order.Attempt, _context.Clock.GetUtcNow(), $"{Path.Combine(order.Folder, Withdrawal)}, by which whoever has it learns of it, cannot be written: {e.Message}"));
                return;
            }
        }

        if (withdrawn is null || _courier is null || !File.Exists(RequestOf(order)))
        {
            Over(order, ending);
            return;
        }

        // Over when the other side knows, or cannot be told.
        _waiting.TryAdd(order.Attempt, new Waiting(order, null, null, _context.Clock.GetTimestamp()));
        if (_waiting[order.Attempt].Withdrawing is null)
        {
            _waiting[order.Attempt].Withdrawing = ending;
            _courier.Withdraw(order);
        }
    }

    private void Over(AttemptOrder order, Ending ending)
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

    // What is there now was written by now, whatever its time says: clocks differ, and anybody can set it.
    private DateTimeOffset UntilNow(DateTimeOffset written) => _context.Clock.GetUtcNow() is var now && written > now ? now : written;

    private string RequestOf(AttemptOrder order) => Path.Combine(order.Folder, _exchange.RequestFile);

    private static DateTimeOffset? Deadline(AttemptOrder order, DateTimeOffset since) => order.Task.TimeLimit is { } limit ? since + limit : null;
}
