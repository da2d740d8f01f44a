using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>Time limits that operators do not enforce themselves.</content>
internal sealed partial class Conductor
{
    private readonly long _startedAt;

    // For attempts that already run, the store knows the start time.
    private void WatchTimeLimits(IReadOnlyList<AttemptRequest> requests)
    {
        if (_limits.Keys.All(key => key.TimeLimitGrace is null))
        {
            return;
        }

        IReadOnlyDictionary<Identity.AttemptId, DateTimeOffset>? since = null;
        foreach (var request in requests)
        {
            if (_model.FindLive(request.Attempt) is { } attempt && FindTimeLimit(attempt, request) is { } minutes)
            {
                DateTimeOffset? workingSince = null;
                if (attempt.State is AttemptState.Running or AttemptState.WaitingExternal)
                {
                    since ??= _store.ReadRunningSince();
                    workingSince = since.TryGetValue(attempt.Id, out var began) ? began : attempt.SubmittedAt ?? attempt.CreatedAt;
                }

                _newTimeLimits.Add(new AttemptTimeLimit(attempt, minutes, workingSince));
            }
        }
    }

    // The limit of an attempt in minutes, if the engine enforces it.
    private double? FindTimeLimit(LiveAttempt attempt, AttemptRequest request) =>
        _limits.Keys[attempt.KeyIndex].TimeLimitGrace is null ? null : ReadTimeLimit(request);

    // The operator reports a definition that cannot be read.
    private static double? ReadTimeLimit(AttemptRequest request)
    {
        double? minutes = null;
        Background.RunGuarded(() => minutes = request.TimeLimit?.TotalMinutes, Background.IgnoreException);
        return minutes;
    }

    // A step has no later round in which to see the ends that it asked for, so it waits for them here.
    private void EndOverdue()
    {
        if (_latestPlan is { IsCountingTimeLimits: true })
        {
            Plan(new TickFacts { Scope = PlanScope.TimeLimits });
            if (HasOverdueAttempt())
            {
                WaitForEnds(HasOverdueAttempt, _options.OverdueEndTimeout);
                Plan(new TickFacts { Scope = PlanScope.TimeLimits });
            }
        }
    }

    private bool HasOverdueAttempt() => _model.LiveAttempts.Any(a => a.TimeLimit?.OverdueReason is not null);
}
