using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <content>Requested ends. Operators are told once the request is durable, and told again by every command, and by a loop with back-off,
/// until the end is confirmed.</content>
internal sealed partial class Conductor
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Dictionary<AttemptId, Asked> _asked = [];

    // Whether a loop may still learn that a requested end has happened.
    private bool ExpectsEnds => _asked.Any(asked => asked.Value.MayCome && _model.FindLive(asked.Key) is not null);

    // Ends that earlier commands requested.
    private void GoOnEnding()
    {
        _requests.ResumeEndRequests(_limits, _clock.GetUtcNow());
        Grant();
    }

    private void TellOutside(List<LiveAttempt> attempts)
    {
        if (attempts.Count == 0)
        {
            return;
        }

        Plan(intend: false);
        Write();
        foreach (var attempt in attempts.Distinct().Where(a => a.EndRequest is not null))
        {
            RequestEnd(attempt);
        }

        attempts.Clear();
    }

    private void RequestEnd(LiveAttempt attempt)
    {
        var pause = _asked.TryGetValue(attempt.Id, out var before) ? TimeSpan.FromTicks(Math.Min(before.Pause.Ticks * 2, LongestPause.Ticks)) : FirstPause;
        _asked[attempt.Id] = new Asked(_clock.GetTimestamp(), pause);
        _operators.Cancel(_store.Order(attempt), attempt.EndRequest!.Reason);
    }

    // An operator that already retries by itself ignores the repetition.
    private void AskForEndsAgain()
    {
        foreach (var (id, asked) in _asked.Where(a => a.Value.Refused && _clock.GetElapsedTime(a.Value.At) >= a.Value.Pause).ToList())
        {
            if (_model.FindLive(id) is { EndRequest: not null } attempt)
            {
                RequestEnd(attempt);
            }
            else
            {
                _asked.Remove(id);
            }
        }
    }

    // Records how the operator or the outside reacted to the request to end.
    private void NoteAnswer(Observation fact)
    {
        if (!_asked.TryGetValue(fact.Attempt, out var asked))
        {
            return;
        }

        _asked[fact.Attempt] = fact switch
        {
            Observation.EndRequestSent => asked with { Told = true, Refused = false, MayCome = true },
            Observation.EndRequestFailed not => asked with { Refused = true, MayCome = not.WillRetry },
            Observation.Unreachable or Observation.Blocked => asked with { Refused = true, MayCome = false },
            _ => asked,
        };
    }

    /// <param name="toTheEnd">Whether to wait also for the end of attempts whose operators were told.</param>
    /// <param name="cancel">Stops waiting; requested ends stay requested.</param>
    private void AwaitEnds(bool toTheEnd, CancellationToken cancel)
    {
        if (_asked.Count > 0)
        {
            AwaitEnds(() => _asked.Any(a => !a.Value.Refused && (toTheEnd || !a.Value.Told) && _model.FindLive(a.Key) is not null), _options.EndPatience, cancel);
        }
    }

    /// <summary>State of a request to end that this process sent to an attempt's operator.</summary>
    /// <param name="At">Time of the request, as a time stamp of the clock.</param>
    /// <param name="Pause">Back-off until the request is repeated if it could not be delivered.</param>
    private sealed record Asked(long At, TimeSpan Pause)
    {
        public bool Told { get; init; }

        public bool Refused { get; init; }

        public bool MayCome { get; init; } = true;
    }
}
