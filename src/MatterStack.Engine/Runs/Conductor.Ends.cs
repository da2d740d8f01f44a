using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Runs;

/// <content>Ends that were asked for: the outside is told once that is durable, and again by every command and from time to time by a loop until it says that they have come.</content>
internal sealed partial class Conductor
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Dictionary<AttemptId, Asked> _asked = [];

    // Whether a loop may still learn of an end that was asked for.
    private bool ExpectsEnds => _asked.Any(asked => asked.Value.MayCome && _model.FindLive(asked.Key) is not null);

    // What commands before this one asked for.
    private void GoOnEnding()
    {
        _requests.GoOn(_limits, _clock.GetUtcNow());
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
        foreach (var attempt in attempts.Distinct().Where(a => a.EndAsked is not null))
        {
            Tell(attempt);
        }

        attempts.Clear();
    }

    private void Tell(LiveAttempt attempt)
    {
        var pause = _asked.TryGetValue(attempt.Id, out var before) ? TimeSpan.FromTicks(Math.Min(before.Pause.Ticks * 2, LongestPause.Ticks)) : FirstPause;
        _asked[attempt.Id] = new Asked(_clock.GetTimestamp(), pause);
        _operators.Cancel(_store.Order(attempt), attempt.EndAsked!.Why);
    }

    // Operators that try again by themselves take it as said before.
    private void AskForEndsAgain()
    {
        foreach (var (id, asked) in _asked.Where(a => a.Value.Refused && _clock.GetElapsedTime(a.Value.At) >= a.Value.Pause).ToList())
        {
            if (_model.FindLive(id) is { EndAsked: not null } attempt)
            {
                Tell(attempt);
            }
            else
            {
                _asked.Remove(id);
            }
        }
    }

    // What the outside, or whoever was to tell it, says to what was asked.
    private void NoteAnswer(Observation fact)
    {
        if (!_asked.TryGetValue(fact.Attempt, out var asked))
        {
            return;
        }

        _asked[fact.Attempt] = fact switch
        {
            Observation.EndTold => asked with { Told = true, Refused = false, MayCome = true },
            Observation.EndNotTold not => asked with { Refused = true, MayCome = not.IsTriedAgain },
            Observation.Unknown or Observation.HeldUp => asked with { Refused = true, MayCome = false },
            _ => asked,
        };
    }

    /// <param name="toTheEnd">Whether the end of those that were told is waited for, too.</param>
    /// <param name="cancel">Gives up waiting; what was asked for stays asked for.</param>
    private void AwaitEnds(bool toTheEnd, CancellationToken cancel)
    {
        if (_asked.Count > 0)
        {
            AwaitEnds(() => _asked.Any(a => !a.Value.Refused && (toTheEnd || !a.Value.Told) && _model.FindLive(a.Key) is not null), _options.EndPatience, cancel);
        }
    }

    /// <summary>An attempt whose operator was asked for its end by this process.</summary>
    /// <param name="At">When, as a time stamp of the clock.</param>
    /// <param name="Pause">How long until it is asked again if it could not be told.</param>
    private sealed record Asked(long At, TimeSpan Pause)
    {
        public bool Told { get; init; }

        public bool Refused { get; init; }

        public bool MayCome { get; init; } = true;
    }
}
