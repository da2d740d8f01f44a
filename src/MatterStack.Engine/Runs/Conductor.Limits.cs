using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <content>Time limits that operators do not enforce themselves.</content>
internal sealed partial class Conductor
{
    private readonly long _origin;

    private TimeSpan Elapsed => _clock.GetElapsedTime(_origin);

    // For attempts that already run, the store knows the start time.
    private void WatchTimeLimits(IReadOnlyList<AttemptOrder> orders)
    {
        IReadOnlyDictionary<Identity.AttemptId, DateTimeOffset>? since = null;
        foreach (var order in orders)
        {
            if (_model.FindLive(order.Attempt) is not { } attempt)
            {
                continue;
            }

            Watch(attempt, order);
            if (attempt is { Limit: not null, State: AttemptState.Running or AttemptState.WaitingExternal })
            {
                since ??= _store.RunningSince();
                _timeLimits.Begin(attempt, since.TryGetValue(attempt.Id, out var began) ? began : attempt.SubmittedAt ?? attempt.CreatedAt, _clock.GetUtcNow(), Elapsed);
            }
        }
    }

    private void Watch(LiveAttempt attempt, AttemptOrder order)
    {
        if (_limits.Keys[attempt.Task.Key].LimitGrace is { } grace)
        {
            // The operator reports a definition that cannot be read.
            Background.Guard(() => TimeLimitPlanner.Watch(attempt, order.Task.TimeLimitMinutes, grace), Background.Ignore);
        }
    }

    private void CountTimeLimits(IReadOnlyList<Change> changes)
    {
        if (changes.Count > 0)
        {
            _timeLimits.Begin(changes, _clock.GetUtcNow(), Elapsed);
        }
    }

    private void KeepTimeLimits()
    {
        if (_timeLimits.IsIdle)
        {
            return;
        }

        _timeLimits.Decide(_clock.GetUtcNow(), Elapsed, _options.LimitPatience, _limits);
        TellOutside(_timeLimits.ToEnd);
    }

    // A step has no later round in which to see the ends that it asked for, so it waits for them here.
    private void EndOverdue()
    {
        if (_timeLimits.IsIdle)
        {
            return;
        }

        KeepTimeLimits();
        AwaitEnds(() => _model.Live.Any(a => a.Limit?.Overdue is not null), _options.LimitPatience);
        KeepTimeLimits();
    }
}
