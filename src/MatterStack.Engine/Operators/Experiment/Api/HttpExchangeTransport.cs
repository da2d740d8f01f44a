using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Sends requests to an instrument's HTTP interface, several at once and without a thread per attempt. This class decides when to
/// send; <see cref="InstrumentProtocol"/> interprets the replies.</summary>
internal sealed class HttpExchangeTransport : IExchangeTransport
{
    private const int MaxConcurrentRequests = 8;
    private const int MaxFaults = 3;
    private static readonly Backoff Retries = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private static readonly TimeSpan WithdrawalGrace = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, InstrumentAttempt> _attempts = [];
    private readonly DelayedWorkQueue<(InstrumentAttempt Visit, int Ticket)> _requests;
    private readonly ManualResetEventSlim _allAnswered = new(initialState: true);
    private readonly InstrumentProtocol _protocol;
    private readonly InstrumentOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<AttemptId> _changed;
    private readonly FaultLog _faults;
    private int _unansweredAttempts;

    /// <param name="client">The instrument.</param>
    /// <param name="options">Options of its interface.</param>
    /// <param name="context">Services for the operator.</param>
    /// <param name="changed">Called when the status of an attempt may have changed.</param>
    public HttpExchangeTransport(InstrumentClient client, InstrumentOptions options, OperatorContext context, Action<AttemptId> changed)
    {
        (_options, _clock, _changed, _faults, _protocol) = (
            options,
            context.Clock,
            changed,
            context.Faults,
            new InstrumentProtocol(client, context)
        );
        _requests = new DelayedWorkQueue<(InstrumentAttempt Visit, int Ticket)>(
            MaxConcurrentRequests,
            context.Clock,
            RunRequestAsync,
            LogFault
        );
    }

    public void StartTransport(AttemptRequest request, bool fresh)
    {
        lock (_gate)
        {
            var visit = new InstrumentAttempt(
                request,
                request.ExternalId is not null ? InstrumentStep.Poll
                    : fresh ? InstrumentStep.Submit
                    : InstrumentStep.CheckExistence
            );
            if (_attempts.TryAdd(request.Attempt, visit))
            {
                _unansweredAttempts++;
                _allAnswered.Reset();
                EnqueueRequest(visit, TimeSpan.Zero);
            }
        }
    }

    public TransportStatus? GetStatus(AttemptId attempt)
    {
        lock (_gate)
        {
            return _attempts.GetValueOrDefault(attempt)?.Status;
        }
    }

    public void WithdrawRequest(AttemptRequest request)
    {
        lock (_gate)
        {
            if (!_attempts.TryGetValue(request.Attempt, out var visit))
            {
                _attempts[request.Attempt] = visit = new InstrumentAttempt(request, InstrumentStep.Withdraw)
                {
                    Status = new TransportStatus.Pending("", null),
                };
            }

            if (visit.Status is not null)
            {
                // Its cancellation has no reply yet.
                _unansweredAttempts++;
                _allAnswered.Reset();
                visit.Status = null;
            }

            visit.IsWithdrawing = true;
            visit.WithdrawnAt = _clock.GetTimestamp();
            visit.FailureCount = 0;
            if (!visit.IsRequestRunning)
            {
                visit.Step = InstrumentStep.Withdraw;
                EnqueueRequest(visit, TimeSpan.Zero);
            }
        }
    }

    public void StopTransport(AttemptId attempt)
    {
        lock (_gate)
        {
            if (_attempts.Remove(attempt, out var visit))
            {
                visit.IsDropped = true;
                if (visit.Status is null)
                {
                    CountFirstReply();
                }
            }
        }
    }

    public void WaitForFirstReplies() => _allAnswered.Wait(_options.Timeout * 2);

    public void Dispose() => _requests.Dispose();

    private async Task RunRequestAsync((InstrumentAttempt Visit, int Ticket) due, CancellationToken stop)
    {
        var visit = due.Visit;
        lock (_gate)
        {
            if (visit.IsDropped || visit.IsRequestRunning || due.Ticket != visit.QueueTicket)
            {
                return;
            }

            visit.IsRequestRunning = true;
        }

        InstrumentStepResult outcome;
        try
        {
            outcome = await _protocol.RunStepAsync(visit, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The command ends. The next tick asks again.
            return;
        }
        catch (ProblemException e)
        {
            outcome =
                visit.ExternalId is null && visit.Step == InstrumentStep.Submit
                    ? new InstrumentStepResult.FinalStatus(new TransportStatus.Blocked(e.Problems[0]))
                    : new InstrumentStepResult.Retry(e.Problems[0].Text);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            outcome = new InstrumentStepResult.Retry($"the answer cannot be stored: {e.Message}");
        }
        catch (Exception e)
        {
            // Try again, because the result may be days of work; but not for ever.
            var why = Fault.FormatReason(
                _faults.RecordFault(e, $"asking about attempt {visit.Request.Index} of task '{visit.Request.TaskId}'")
            );
            outcome =
                visit.Step == InstrumentStep.Withdraw || ++visit.FaultCount < MaxFaults
                    ? new InstrumentStepResult.Retry(why)
                    : new InstrumentStepResult.FinalStatus(new TransportStatus.Faulted(why));
        }

        lock (_gate)
        {
            visit.IsRequestRunning = false;
            if (!visit.IsDropped)
            {
                ApplyResult(visit, outcome);
            }
        }

        _changed(visit.Request.Attempt);
    }

    private void ApplyResult(InstrumentAttempt visit, InstrumentStepResult outcome)
    {
        var first = visit.Status is null;
        if (visit.IsWithdrawing && visit.Step != InstrumentStep.Withdraw)
        {
            visit.Step = InstrumentStep.Withdraw;
            EnqueueRequest(visit, TimeSpan.Zero);
            return;
        }

        switch (outcome)
        {
            case InstrumentStepResult.NextStep next:
                visit.FailureCount = 0;
                visit.Step = next.Step;
                visit.Status = next.StatusText is null ? visit.Status : new TransportStatus.Pending(next.StatusText, visit.ExternalId);
                EnqueueRequest(visit, next.IsImmediate ? TimeSpan.Zero : _options.PollInterval);
                break;
            case InstrumentStepResult.Retry silent when visit.Step == InstrumentStep.Withdraw:
                // A failed cancellation is sent again for some time before it is reported.
                var isSoon = _clock.GetElapsedTime(visit.WithdrawnAt) < WithdrawalGrace;
                visit.Status = isSoon ? visit.Status : new TransportStatus.WithdrawalPending(silent.Reason);
                EnqueueRequest(visit, isSoon ? TimeSpan.FromSeconds(1) : ComputeBackoff(visit, silent.RetryAfter));
                break;
            case InstrumentStepResult.Retry silent:
                if (visit.Step == InstrumentStep.Submit)
                {
                    // The request may have arrived all the same.
                    visit.Step = InstrumentStep.CheckExistence;
                }

                visit.Status = new TransportStatus.Pending(
                    $"no usable answer from it ({silent.Reason}); it is asked again",
                    visit.ExternalId
                );
                EnqueueRequest(visit, ComputeBackoff(visit, silent.RetryAfter));
                break;
            case InstrumentStepResult.FinalStatus says:
                visit.Status = says.Status;
                break;
            default:
                throw new InvalidOperationException($"No rule for {outcome.GetType().Name}");
        }

        if (first && visit.Status is not null)
        {
            CountFirstReply();
        }
    }

    private void LogFault(Exception exception) => _faults.RecordWarning(exception, "asking instruments");

    private static TimeSpan ComputeBackoff(InstrumentAttempt visit, TimeSpan? asked)
    {
        var pause = Retries.GetPause(visit.FailureCount++);
        return asked > pause ? asked.Value : pause;
    }

    private void EnqueueRequest(InstrumentAttempt visit, TimeSpan after) => _requests.Enqueue((visit, ++visit.QueueTicket), after);

    private void CountFirstReply()
    {
        if (--_unansweredAttempts == 0)
        {
            _allAnswered.Set();
        }
    }
}
