using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>Time limits that operators do not enforce themselves.</content>
internal sealed partial class Conductor
{
    private readonly long _startedAt;

    private TimeSpan Elapsed => _clock.GetElapsedTime(_startedAt);

    // For attempts that already run, the store knows the start time.
    private void WatchTimeLimits(IReadOnlyList<AttemptRequest> requests)
    {
        IReadOnlyDictionary<Identity.AttemptId, DateTimeOffset>? since = null;
        foreach (var request in requests)
        {
            if (_model.FindLive(request.Attempt) is not { } attempt)
            {
                continue;
            }

            WatchTimeLimit(attempt, request);
            if (attempt is { TimeLimit: not null, State: AttemptState.Running or AttemptState.WaitingExternal })
            {
                since ??= _store.ReadRunningSince();
                _timeLimits.StartCounting(attempt, since.TryGetValue(attempt.Id, out var began) ? began : attempt.SubmittedAt ?? attempt.CreatedAt, _clock.GetUtcNow(), Elapsed);
            }
        }
    }

    private void WatchTimeLimit(LiveAttempt attempt, AttemptRequest request)
    {
        if (_limits.Keys[attempt.Task.KeyIndex].TimeLimitGrace is { } grace)
        {
            // The operator reports a definition that cannot be read.
            Background.RunGuarded(() => TimeLimitPlanner.SetLimit(attempt, request.Task.TimeLimitMinutes, grace), Background.IgnoreException);
        }
    }

    private void StartTimeLimits(IReadOnlyList<Change> changes)
    {
        if (changes.Count > 0)
        {
            _timeLimits.StartCounting(changes, _clock.GetUtcNow(), Elapsed);
        }
    }

    private void EnforceTimeLimits()
    {
        if (_timeLimits.IsIdle)
        {
            return;
        }

        _timeLimits.EnforceLimits(_clock.GetUtcNow(), Elapsed, _options.OverdueEndTimeout, _limits);
        RequestEnds(_timeLimits.AttemptsToEnd);
    }

    // A step has no later round in which to see the ends that it asked for, so it waits for them here.
    private void EndOverdue()
    {
        if (_timeLimits.IsIdle)
        {
            return;
        }

        EnforceTimeLimits();
        WaitForEnds(() => _model.LiveAttempts.Any(a => a.TimeLimit?.OverdueReason is not null), _options.OverdueEndTimeout);
        EnforceTimeLimits();
    }
}
