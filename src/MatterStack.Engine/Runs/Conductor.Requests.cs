using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <content>What people ask of a run: granted by whoever holds its lock, this command or a loop that is under way.</content>
internal sealed partial class Conductor
{
    /// <summary>Grants a person's request, or says why not, and waits for the end of what it ends.</summary>
    public RequestAnswer Attend(RunRequest request)
    {
        Begin();
        var answer = _requests.Decide(request, _limits, _clock.GetUtcNow());
        var ending = EndWhatWasAskedFor();
        Plan(intend: false);
        Write();
        MatchPause();
        AwaitEnds(() => ending.Any(id => _model.FindLive(id) is not null), _options.EndPatience);
        return answer;
    }

    /// <summary>Answers all requests that wait in the store; returns the answer to one of them, and waits for the end of what they end.</summary>
    public RequestAnswer AttendAll(long seq)
    {
        Begin();
        AwaitEnds(() => _model.CancelReason is not null && _model.Live.Count > 0, _options.EndPatience);
        return RequestBox.Answer(_store.Run, seq) ?? new RequestAnswer(true, "the request was taken up");
    }

    // What people have left in the store while another process, or this one, was moving the run.
    private void AnswerRequests()
    {
        _lookedForRequests = _clock.GetTimestamp();
        foreach (var (seq, request) in _store.Requests())
        {
            var now = _clock.GetUtcNow();
            _planner.Answer(seq, _requests.Decide(request, _limits, now), now);
            EndWhatWasAskedFor();
            Plan(intend: false);
            Write();
            MatchPause();
        }
    }

    private void AwaitEnds(Func<bool> outstanding, TimeSpan patience)
    {
        var since = _clock.GetTimestamp();
        while (outstanding() && _clock.GetElapsedTime(since) < patience)
        {
            if (_facts.TryTake(out var fact, (int)Glance.TotalMilliseconds))
            {
                Take(fact);
                Plan(intend: false);
            }
        }

        Write();
    }

    private void MatchPause() => _operators.Hold(_model.State == RunState.Paused);

    private List<AttemptId> EndWhatWasAskedFor()
    {
        var ids = _requests.ToEnd.Select(e => e.Attempt.Id).ToList();
        foreach (var (attempt, reason) in _requests.ToEnd)
        {
            _operators.Cancel(_store.Order(attempt), reason);
        }

        _requests.ToEnd.Clear();
        return ids;
    }
}
