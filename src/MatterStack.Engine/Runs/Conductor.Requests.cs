using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <content>Requests of people to a run. The holder of the run's lock grants them: this command, or a loop of another process.</content>
internal sealed partial class Conductor
{
    /// <summary>Grants a person's request or refuses it with a reason, and waits until the attempts that it ends have ended.</summary>
    public RequestAnswer Attend(RunRequest request, CancellationToken cancel = default)
    {
        Begin();
        if (request.Kind == RequestKind.CleanupOrphans)
        {
            // Do not give up an attempt that can be reached now.
            AwaitEnds(toTheEnd: true, cancel);
        }

        var answer = _requests.DecideRequest(request, _limits, _clock.GetUtcNow());
        Grant();
        AwaitEnds(EndsIn(request.Kind), cancel);
        return answer;
    }

    /// <summary>Answers all queued requests, waits until the attempts that they end have ended, and returns the answer to one of
    /// them.</summary>
    /// <param name="seq">Number of that request.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="cancel">Stops waiting; requested ends stay requested.</param>
    public RequestAnswer AttendAll(long seq, RequestKind kind, CancellationToken cancel = default)
    {
        Begin();
        AwaitEnds(EndsIn(kind), cancel);
        return RequestBox.Answer(_store.Run, seq, isTaken: true) ?? new RequestAnswer(true, "the request was accepted");
    }

    // Requests that people queued in the store while this or another process was driving the run.
    private void AnswerRequests()
    {
        _lookedForRequests = _clock.GetTimestamp();
        foreach (var (seq, request) in _store.Requests())
        {
            var now = _clock.GetUtcNow();
            _planner.AddAnswer(seq, _requests.DecideRequest(request, _limits, now), now);
            Grant();
        }
    }

    // Durable before any operator is told: after a crash in between, the next command continues with the recorded request.
    private void Grant()
    {
        Plan(intend: false);
        Write();
        TellOutside(_requests.AttemptsToEnd);
        MatchPause();
    }

    private static bool EndsIn(RequestKind kind) => kind is RequestKind.Cancel or RequestKind.CancelAttempt or RequestKind.CleanupOrphans;

    private void AwaitEnds(Func<bool> outstanding, TimeSpan patience, CancellationToken cancel = default)
    {
        var since = _clock.GetTimestamp();
        while (outstanding() && _clock.GetElapsedTime(since) < patience && !cancel.IsCancellationRequested)
        {
            if (_facts.TryTake(out var fact, (int)Glance.TotalMilliseconds, CancellationToken.None))
            {
                Take(fact);
                Plan(intend: false);
            }
        }

        Write();
    }

    private void MatchPause() => _operators.Hold(_model.State == RunState.Paused);
}
