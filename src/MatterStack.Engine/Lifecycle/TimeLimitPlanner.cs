using System.Globalization;

namespace MatterStack.Engine.Lifecycle;

/// <summary>Decides what follows when an attempt's time limit has passed and its operator has not kept it: the operator is asked for the end, and if it does not say that it has come, the attempt is over all the same.</summary>
/// <remarks>As <see cref="TickPlanner"/>, it is given the model and the time. Time that passes is told apart from the clock, which a person may set.</remarks>
internal sealed class TimeLimitPlanner(RunModel model, TickPlanner planner)
{
    // Longer ones are as good as none.
    private const double MostMinutes = 1e7;

    private readonly PriorityQueue<LiveAttempt, TimeSpan> _due = new();

    /// <summary>Attempts whose operator is to be asked for the end once that is durable.</summary>
    public List<LiveAttempt> ToEnd { get; } = [];

    /// <summary>Whether there is any limit to keep.</summary>
    public bool IsIdle => _due.Count == 0;

    /// <summary>Keeps an attempt's limit from when it is at work.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="minutes">Its limit in minutes; null: none.</param>
    /// <param name="grace">How long its operator has to keep it by itself; null: nobody else may.</param>
    public static void Watch(LiveAttempt attempt, double? minutes, TimeSpan? grace)
    {
        if (minutes is { } limit && limit < MostMinutes && grace is { } own)
        {
            attempt.Limit ??= new TimeLimit(limit, own);
        }
    }

    /// <summary>Counts the limits of attempts that have gone to work.</summary>
    public void Begin(IReadOnlyList<Change> changes, DateTimeOffset now, TimeSpan elapsed)
    {
        foreach (var change in changes)
        {
            if (change is Change.AttemptMoved { Attempt.Limit: not null, State: AttemptState.Running or AttemptState.WaitingExternal } moved)
            {
                Begin(moved.Attempt, moved.At, now, elapsed);
            }
        }
    }

    /// <summary>Counts the limit of an attempt that is watched.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="since">Since when it is at work, UTC.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="elapsed">Time that has passed since any one moment.</param>
    public void Begin(LiveAttempt attempt, DateTimeOffset since, DateTimeOffset now, TimeSpan elapsed)
    {
        if (attempt.Limit is { IsCounted: false } limit)
        {
            limit.IsCounted = true;
            // Nobody began in the future, whatever an operator says.
            _due.Enqueue(attempt, elapsed - (since < now ? now - since : TimeSpan.Zero) + TimeSpan.FromMinutes(limit.Minutes) + limit.Grace);
        }
    }

    /// <summary>Asks for the end of attempts whose time is up, and ends those for which it was asked in vain.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <param name="elapsed">Time that has passed since the same moment as before.</param>
    /// <param name="patience">How long an operator has to say that an attempt has ended.</param>
    /// <param name="limits">What the wiring allows.</param>
    public void Decide(DateTimeOffset now, TimeSpan elapsed, TimeSpan patience, WiringLimits limits)
    {
        while (_due.TryPeek(out var attempt, out var due) && due <= elapsed)
        {
            _due.Dequeue();
            // What a person asked for is not over because time is.
            if (model.FindLive(attempt.Id) != attempt || attempt.EndAsked is { Kind: EndKind.Cancel })
            {
                continue;
            }

            var limit = attempt.Limit!;
            if (limit.Overdue is null)
            {
                var minutes = limit.Minutes.ToString("0.####", CultureInfo.InvariantCulture);
                limit.Overdue = attempt.State is AttemptState.WaitingExternal ? $"TIMEOUT: no answer within its time limit of {minutes} min" : $"TIMEOUT: it ran longer than its time limit of {minutes} min";
                if (attempt.EndAsked is null)
                {
                    planner.AskEnd(attempt, new EndRequest(now, EndRequest.Engine, limit.Overdue, EndKind.TimeLimit));
                }

                ToEnd.Add(attempt);
                _due.Enqueue(attempt, elapsed + patience);
                continue;
            }

            // Another attempt could meet what this one has left at work.
            var unreachable = attempt.Unreachable is { } why ? $" ({why})" : "";
            planner.End(attempt, new AttemptState.Ended(Outcome.Failed, $"{limit.Overdue}; its operator was asked to end it and has not said that it has: what it started may still be at work{unreachable}", null),
                null, now, limits, isLast: true);
        }
    }
}
