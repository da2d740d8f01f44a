using System.Globalization;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Enforces time limits that an operator did not enforce: requests the end from the operator, and ends the attempt if no end is
/// reported.</summary>
/// <remarks>Like <see cref="TickPlanner"/>, it gets the model and the time as values. It measures elapsed time, because a person may set
/// the clock.</remarks>
internal sealed class TimeLimitPlanner(RunModel model, TickPlanner planner)
{
    // A longer limit has no effect (19 years).
    private const double MaxMinutes = 1e7;

    private readonly PriorityQueue<LiveAttempt, TimeSpan> _due = new();

    /// <summary>Attempts to end outside as soon as their end requests are durable.</summary>
    public List<LiveAttempt> AttemptsToEnd { get; } = [];

    /// <summary>Whether no limit is counted.</summary>
    public bool IsIdle => _due.Count == 0;

    /// <summary>Sets the limit of an attempt that the engine enforces.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="minutes">Its limit in minutes; null if it has none.</param>
    /// <param name="grace">Additional time in which the operator enforces the limit itself; null: only the operator enforces
    /// limits.</param>
    public static void SetLimit(LiveAttempt attempt, double? minutes, TimeSpan? grace)
    {
        if (minutes is { } limit && limit < MaxMinutes && grace is { } own)
        {
            attempt.TimeLimit ??= new TimeLimit(limit, own);
        }
    }

    /// <summary>Starts to count the limits of attempts that have started work.</summary>
    public void StartCounting(IReadOnlyList<Change> changes, DateTimeOffset now, TimeSpan elapsed)
    {
        foreach (var change in changes)
        {
            if (change is Change.AttemptMoved { Attempt.TimeLimit: not null, State: AttemptState.Running or AttemptState.WaitingExternal } moved)
            {
                StartCounting(moved.Attempt, moved.At, now, elapsed);
            }
        }
    }

    /// <summary>Starts to count the limit of an attempt, if it has one.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="since">Start of the work, UTC.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="elapsed">Time since a fixed moment, the same one in every call.</param>
    public void StartCounting(LiveAttempt attempt, DateTimeOffset since, DateTimeOffset now, TimeSpan elapsed)
    {
        if (attempt.TimeLimit is { IsCounted: false } limit)
        {
            limit.IsCounted = true;
            // The clock of the operator may be ahead: a start in the future counts as now.
            _due.Enqueue(attempt, elapsed - (since < now ? now - since : TimeSpan.Zero) + TimeSpan.FromMinutes(limit.Minutes) + limit.Grace);
        }
    }

    /// <summary>Requests the end of attempts that exceed their limit, and ends those whose operator does not report the end.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="elapsed">Time since a fixed moment, the same one in every call.</param>
    /// <param name="patience">Time that an operator has to report the end.</param>
    /// <param name="limits">Limits of the wiring.</param>
    public void EnforceLimits(DateTimeOffset now, TimeSpan elapsed, TimeSpan patience, WiringLimits limits)
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
                limit.OverdueReason = attempt.State is AttemptState.WaitingExternal
                    ? $"TIMEOUT: no answer within its time limit of {minutes} min"
                    : $"TIMEOUT: it ran longer than its time limit of {minutes} min";
                if (attempt.EndRequest is null)
                {
                    planner.RequestEnd(attempt, new EndRequest(now, EndRequest.EngineActor, limit.OverdueReason, EndRequestKind.TimeLimit));
                }

                AttemptsToEnd.Add(attempt);
                _due.Enqueue(attempt, elapsed + patience);
                continue;
            }

            // No other attempt follows: it could collide with processes of this one.
            var unreachable = attempt.UnreachableReason is { } why ? $" ({why})" : "";
            var reason = $"{limit.OverdueReason}; the engine requested the end and its operator has not reported it: "
                + $"processes of the attempt may still run{unreachable}";
            planner.EndAttempt(attempt, new AttemptState.Ended(AttemptOutcome.Failed, reason, null, EndCause.TimeLimit), null, now, limits, isLast: true);
        }
    }
}
