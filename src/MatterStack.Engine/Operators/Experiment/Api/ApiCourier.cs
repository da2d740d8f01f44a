using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Sends requests to an instrument's HTTP interface, several at once and without a thread per attempt. This class decides when to
/// send; <see cref="ApiRound"/> interprets the replies.</summary>
internal sealed class ApiCourier : ICourier
{
    private const int AtOnce = 8;
    private const int MostFaults = 3;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PatienceToWithdraw = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, ApiVisit> _visits = [];
    private readonly PriorityQueue<(ApiVisit Visit, int Ticket), long> _due = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _allAsked = new(initialState: true);
    private readonly ApiRound _round;
    private readonly ApiOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<AttemptId> _changed;
    private readonly ITimer _timer;
    private readonly FaultLog _faults;
    private int _underWay;
    private int _unasked;

    /// <param name="client">The instrument.</param>
    /// <param name="options">Options of its interface.</param>
    /// <param name="context">Services for the operator.</param>
    /// <param name="changed">Called when the status of an attempt may have changed.</param>
    public ApiCourier(ApiClient client, ApiOptions options, OperatorContext context, Action<AttemptId> changed)
    {
        (_options, _clock, _changed, _faults, _round) = (options, context.Clock, changed, context.Faults, new ApiRound(client, context));
        _timer = Background.StartTimer(context.Clock, Pump, Tell, Glance, Glance);
    }

    public void Take(AttemptOrder order, bool fresh)
    {
        lock (_gate)
        {
            var visit = new ApiVisit(order, order.ExternalId is not null ? ApiTurn.Poll : fresh ? ApiTurn.Submit : ApiTurn.Look);
            if (_visits.TryAdd(order.Attempt, visit))
            {
                _unasked++;
                _allAsked.Reset();
                Enqueue(visit, TimeSpan.Zero);
            }
        }

        Pump();
    }

    public CourierNote? Note(AttemptId attempt)
    {
        lock (_gate)
        {
            return _visits.GetValueOrDefault(attempt)?.Note;
        }
    }

    public void Withdraw(AttemptOrder order)
    {
        lock (_gate)
        {
            if (!_visits.TryGetValue(order.Attempt, out var visit))
            {
                _visits[order.Attempt] = visit = new ApiVisit(order, ApiTurn.Withdraw) { Note = new CourierNote.Waits("", null) };
            }

            if (visit.Note is not null)
            {
                // Its cancellation has no reply yet.
                _unasked++;
                _allAsked.Reset();
                visit.Note = null;
            }

            visit.Withdrawing = true;
            visit.WithdrawnAt = _clock.GetTimestamp();
            visit.Failures = 0;
            if (!visit.Busy)
            {
                visit.Turn = ApiTurn.Withdraw;
                Enqueue(visit, TimeSpan.Zero);
            }
        }

        Pump();
    }

    public void Drop(AttemptId attempt)
    {
        lock (_gate)
        {
            if (_visits.Remove(attempt, out var visit))
            {
                visit.Dropped = true;
                if (visit.Note is null)
                {
                    Asked();
                }
            }
        }
    }

    public void UntilAsked() => _allAsked.Wait(_options.Timeout * 2);

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Cancel();
    }

    private void Pump()
    {
        while (true)
        {
            ApiVisit visit;
            lock (_gate)
            {
                if (_stop.IsCancellationRequested || _underWay >= AtOnce || !_due.TryPeek(out var next, out var at) || at > _clock.GetTimestamp())
                {
                    return;
                }

                _due.Dequeue();
                visit = next.Visit;
                if (visit.Dropped || visit.Busy || next.Ticket != visit.Ticket)
                {
                    continue;
                }

                visit.Busy = true;
                _underWay++;
            }

            Background.StartTask(() => GoAsync(visit), Tell);
        }
    }

    private async Task GoAsync(ApiVisit visit)
    {
        ApiOutcome outcome;
        try
        {
            outcome = await _round.AskAsync(visit, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The command ends. The next tick asks again.
            return;
        }
        catch (ProblemException e)
        {
            outcome = visit.ExternalId is null && visit.Turn == ApiTurn.Submit ? new ApiOutcome.Says(new CourierNote.HeldUp(e.Problems[0])) : new ApiOutcome.Silent(e.Problems[0].Text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            outcome = new ApiOutcome.Silent($"the answer cannot be stored: {e.Message}");
        }
        catch (Exception e)
        {
            // Try again, because the result may be days of work; but not for ever.
            var why = Fault.FormatReason(_faults.RecordFault(e, $"asking about attempt {visit.Order.Index} of task '{visit.Order.TaskId}'"));
            outcome = visit.Turn == ApiTurn.Withdraw || ++visit.Faults < MostFaults ? new ApiOutcome.Silent(why) : new ApiOutcome.Says(new CourierNote.Broken(why));
        }

        lock (_gate)
        {
            visit.Busy = false;
            _underWay--;
            if (!visit.Dropped)
            {
                TakeIn(visit, outcome);
            }
        }

        _changed(visit.Order.Attempt);
        Pump();
    }

    private void TakeIn(ApiVisit visit, ApiOutcome outcome)
    {
        var first = visit.Note is null;
        if (visit.Withdrawing && visit.Turn != ApiTurn.Withdraw)
        {
            visit.Turn = ApiTurn.Withdraw;
            Enqueue(visit, TimeSpan.Zero);
            return;
        }

        switch (outcome)
        {
            case ApiOutcome.Next next:
                visit.Failures = 0;
                visit.Turn = next.Turn;
                visit.Note = next.Words is null ? visit.Note : new CourierNote.Waits(next.Words, visit.ExternalId);
                Enqueue(visit, next.AtOnce ? TimeSpan.Zero : _options.PollInterval);
                break;
            case ApiOutcome.Silent silent when visit.Turn == ApiTurn.Withdraw:
                // A failed cancellation is sent again for some time before it is reported.
                var isSoon = _clock.GetElapsedTime(visit.WithdrawnAt) < PatienceToWithdraw;
                visit.Note = isSoon ? visit.Note : new CourierNote.NotWithdrawn(silent.Why);
                Enqueue(visit, isSoon ? TimeSpan.FromSeconds(1) : Pause(visit, silent.After));
                break;
            case ApiOutcome.Silent silent:
                if (visit.Turn == ApiTurn.Submit)
                {
                    // The request may have arrived all the same.
                    visit.Turn = ApiTurn.Look;
                }

                visit.Note = new CourierNote.Waits($"no usable answer from it ({silent.Why}); it is asked again", visit.ExternalId);
                Enqueue(visit, Pause(visit, silent.After));
                break;
            case ApiOutcome.Says says:
                visit.Note = says.Note;
                break;
            default:
                throw new InvalidOperationException($"No rule for {outcome.GetType().Name}");
        }

        if (first && visit.Note is not null)
        {
            Asked();
        }
    }

    private void Tell(Exception exception) => _faults.RecordWarning(exception, "asking instruments");

    private static TimeSpan Pause(ApiVisit visit, TimeSpan? asked)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(1 << Math.Min(visit.Failures++, 6), LongestPause.TotalSeconds));
        return asked > pause ? asked.Value : pause;
    }

    private void Enqueue(ApiVisit visit, TimeSpan after) =>
        _due.Enqueue((visit, ++visit.Ticket), _clock.GetTimestamp() + (long)(after.TotalSeconds * _clock.TimestampFrequency));

    private void Asked()
    {
        if (--_unasked == 0)
        {
            _allAsked.Set();
        }
    }
}
