using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>Requested ends. Operators are told once the request is durable, and told again by every command, and by a loop with back-off,
/// until the end is confirmed.</content>
internal sealed partial class Conductor
{
    private static readonly Backoff EndRequests = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));

    private readonly Dictionary<AttemptId, EndRequestState> _endRequests = [];

    // Whether a loop may still learn that a requested end has happened.
    private bool IsExpectingEnds => _endRequests.Any(asked => asked.Value.CanStillSucceed && _model.FindLive(asked.Key) is not null);

    // Durable before any operator is told: after a crash in between, the next command continues with the recorded request.
    private void RequestEnds(IReadOnlyList<LiveAttempt> attempts)
    {
        if (attempts.Count == 0)
        {
            return;
        }

        WriteChanges();
        foreach (var attempt in attempts.Distinct().Where(a => a.EndRequest is not null))
        {
            RequestEnd(attempt);
        }
    }

    private void RequestEnd(LiveAttempt attempt)
    {
        var pause = EndRequests.GetNext(_endRequests.GetValueOrDefault(attempt.Id)?.Pause ?? TimeSpan.Zero);
        _endRequests[attempt.Id] = new EndRequestState(_clock.GetTimestamp(), pause);
        if (attempt.EndRequest!.Kind != EndRequestKind.Replacement)
        {
            _operators.CancelAttempt(_store.BuildAttemptRequest(attempt), attempt.EndRequest.Reason);
        }
        else if (_waitingForShares.Remove(attempt))
        {
            // Its operator does not know it yet.
            var end = new AttemptEnd { IsCancelled = true, EndedBy = attempt.EndRequest.Reason };
            _facts.Add(new Observation.Exited(attempt.Id, _clock.GetUtcNow(), end));
        }
        else
        {
            _operators.WithdrawAttempt(_store.BuildAttemptRequest(attempt), attempt.EndRequest.Reason);
        }
    }

    // An operator that already retries by itself ignores the repetition.
    private void RepeatRefusedEnds()
    {
        var due = _endRequests.Where(a => a.Value.HasFailed && _clock.GetElapsedTime(a.Value.RequestedAt) >= a.Value.Pause);
        foreach (var id in due.Select(a => a.Key).ToList())
        {
            if (_model.FindLive(id) is { EndRequest: not null } attempt)
            {
                RequestEnd(attempt);
            }
            else
            {
                _endRequests.Remove(id);
            }
        }
    }

    // Records how the operator or the outside reacted to the request to end.
    private void UpdateEndRequest(Observation fact)
    {
        if (!_endRequests.TryGetValue(fact.Attempt, out var asked))
        {
            return;
        }

        if (fact is Observation.NotWithdrawn)
        {
            // It goes on: nobody waits for its end.
            _endRequests.Remove(fact.Attempt);
            return;
        }

        _endRequests[fact.Attempt] = fact switch
        {
            Observation.EndRequestSent => asked with { WasSent = true, HasFailed = false, CanStillSucceed = true },
            Observation.EndRequestFailed not => asked with { HasFailed = true, CanStillSucceed = not.WillRetry },
            Observation.Unreachable or Observation.Blocked => asked with { HasFailed = true, CanStillSucceed = false },
            _ => asked,
        };
    }

    /// <param name="toTheEnd">Whether to wait also for the end of attempts whose operators were told.</param>
    /// <param name="cancel">Stops waiting; requested ends stay requested.</param>
    private void WaitForEnds(bool toTheEnd, CancellationToken cancel)
    {
        if (_endRequests.Count > 0)
        {
            WaitForEnds(() => _endRequests.Any(IsOutstanding), _options.RequestedEndTimeout, cancel);
        }

        bool IsOutstanding(KeyValuePair<AttemptId, EndRequestState> asked) =>
            !asked.Value.HasFailed && (toTheEnd || !asked.Value.WasSent) && _model.FindLive(asked.Key) is not null;
    }

    /// <summary>State of a request to end that this process sent to an attempt's operator.</summary>
    /// <param name="RequestedAt">Time of the request, as a time stamp of the clock.</param>
    /// <param name="Pause">Back-off until the request is repeated if it could not be delivered.</param>
    private sealed record EndRequestState(long RequestedAt, TimeSpan Pause)
    {
        public bool WasSent { get; init; }

        public bool HasFailed { get; init; }

        public bool CanStillSucceed { get; init; } = true;
    }
}
