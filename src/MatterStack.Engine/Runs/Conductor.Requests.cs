using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <content>What people ask of a run: granted by whoever holds its lock, this command or a loop that is under way.</content>
internal sealed partial class Conductor
{
    /// <summary>Grants a person's request, or says why not, and waits for the end of what it ends.</summary>
    public RequestAnswer Attend(RunRequest request, CancellationToken cancel = default)
    {
        Begin();
        if (request.Kind == RequestKind.CleanupOrphans)
        {
            // Nobody is given up on who can be reached now.
            AwaitEnds(toTheEnd: true, cancel);
        }

        var answer = _requests.Decide(request, _limits, _clock.GetUtcNow());
        Grant();
        AwaitEnds(EndsIn(request.Kind), cancel);
        return answer;
    }

    /// <summary>Answers all requests that wait in the store; returns the answer to one of them, and waits for the end of what they end.</summary>
    public RequestAnswer AttendAll(long seq, RequestKind kind, CancellationToken cancel = default)
    {
        Begin();
        AwaitEnds(EndsIn(kind), cancel);
        return RequestBox.Answer(_store.Run, seq, isTaken: true) ?? new RequestAnswer(true, "the request was taken up");
    }

    // What people have left in the store while another process, or this one, was moving the run.
    private void AnswerRequests()
    {
        _lookedForRequests = _clock.GetTimestamp();
        foreach (var (seq, request) in _store.Requests())
        {
            var now = _clock.GetUtcNow();
            _planner.Answer(seq, _requests.Decide(request, _limits, now), now);
            Grant();
        }
    }

    // Durable before anybody outside is told: who dies between leaves a request that the next command takes up.
    private void Grant()
    {
        Plan(intend: false);
        Write();
        TellOutside(_requests.ToEnd);
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
