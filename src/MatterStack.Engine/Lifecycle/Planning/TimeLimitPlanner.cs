using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Enforces time limits that an operator did not enforce: requests the end from the operator, and ends the attempt if no end is
/// reported.</summary>
/// <remarks>It measures elapsed time, because a person may set the clock. All times of this class named <c>elapsed</c> count from the same
/// moment.</remarks>
/// <param name="model">The run.</param>
/// <param name="transitions">Receives the changes.</param>
/// <param name="patience">Time that an operator has to report a requested end.</param>
internal sealed class TimeLimitPlanner(RunModel model, RunTransitions transitions, TimeSpan patience)
{
    // A longer limit has no effect (19 years).
    private const double MaxMinutes = 1e7;

    private readonly PriorityQueue<LiveAttempt, TimeSpan> _due = new();

    /// <summary>Whether a limit is counted.</summary>
    public bool IsCounting => _due.Count > 0;

    /// <summary>Sets the limits of attempts, and starts to count those of attempts that already work.</summary>
    public void WatchLimits(IReadOnlyList<AttemptTimeLimit> limits, DateTimeOffset now, TimeSpan elapsed)
    {
        foreach (var limit in limits)
        {
            var attempt = limit.Attempt;
            // Without a grace time, only the operator enforces limits.
            if (limit.Minutes < MaxMinutes && transitions.Capacity.GetLimit(attempt).TimeLimitGrace is { } grace)
            {
                attempt.TimeLimit ??= new TimeLimit(limit.Minutes, grace);
                if (limit.WorkingSince is { } since)
                {
                    StartCounting(attempt, since, now, elapsed);
                }
            }
        }
    }

    /// <summary>Starts to count the limits of attempts that have started work.</summary>
    public void StartCounting(IReadOnlyList<Change> changes, DateTimeOffset now, TimeSpan elapsed)
    {
        foreach (var change in changes)
        {
            if (change is Change.AttemptMoved { Attempt: var attempt, State: AttemptState.Running or AttemptState.WaitingExternal } moved)
            {
                StartCounting(attempt, moved.At, now, elapsed);
            }
        }
    }

    /// <summary>Requests the end of attempts that exceed their limit, and ends those whose operator does not report the end.</summary>
    public void EnforceLimits(DateTimeOffset now, TimeSpan elapsed)
    {
        while (_due.TryPeek(out var attempt, out var due) && due <= elapsed)
        {
            _due.Dequeue();
            // A person's end request stays open, independent of the time limit.
            if (model.FindLive(attempt.Id) != attempt || attempt.EndRequest is { Kind: EndRequestKind.Cancel })
            {
                continue;
            }

            var limit = attempt.TimeLimit!;
            if (limit.OverdueReason is null)
            {
                var minutes = limit.Minutes.ToString("0.####", CultureInfo.InvariantCulture);
                limit.OverdueReason =
                    attempt.State is AttemptState.WaitingExternal
                        ? $"TIMEOUT: no answer within its time limit of {minutes} min"
                        : $"TIMEOUT: it ran longer than its time limit of {minutes} min";
                if (attempt.EndRequest is null)
                {
                    var request = new EndRequest(now, EndRequest.EngineActor, limit.OverdueReason, EndRequestKind.TimeLimit);
                    transitions.RequestEnd(attempt, request);
                }

                transitions.AddAttemptToEnd(attempt);
                _due.Enqueue(attempt, elapsed + patience);
                continue;
            }

            // No other attempt follows: it could collide with processes of this one.
            var unreachable = attempt.UnreachableReason is { } why ? $" ({why})" : "";
            var reason =
                $"{limit.OverdueReason}; the engine requested the end and its operator has not reported it: "
                + $"processes of the attempt may still run{unreachable}";
            var ended = new AttemptState.Ended(AttemptOutcome.Failed, reason, null, EndCause.TimeLimit);
            transitions.EndAttempt(attempt, ended, null, now, mayStillRun: true);
        }
    }

    private void StartCounting(LiveAttempt attempt, DateTimeOffset since, DateTimeOffset now, TimeSpan elapsed)
    {
        if (attempt.TimeLimit is { IsCounted: false } limit)
        {
            limit.IsCounted = true;
            // The clock of the operator may be ahead: a start in the future counts as now.
            var worked = since < now ? now - since : TimeSpan.Zero;
            _due.Enqueue(attempt, elapsed - worked + TimeSpan.FromMinutes(limit.Minutes) + limit.Grace);
        }
    }
}
