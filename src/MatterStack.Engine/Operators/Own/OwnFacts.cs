using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Own;

/// <summary>Filters the facts that a plug-in reports, from any thread: only facts about attempts that it was given and that have not ended
/// are passed on, after validation.</summary>
internal sealed class OwnFacts(string name, OperatorContext context)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, Standing> _standings = [];
    private readonly HashSet<AttemptId> _ended = [];
    private bool _closed;

    private sealed class Standing(AttemptOrder order)
    {
        public AttemptOrder Order { get; } = order;

        public bool HasBegun { get; set; } = order.SubmittedAt is not null;

        /// <summary>Number of facts so far.</summary>
        public int Facts { get; set; }

        /// <summary>Reason of the end that replaces a cancellation, because no user requested one.</summary>
        public string? Fault { get; set; }
    }

    /// <summary>Attempts that have not ended.</summary>
    public IReadOnlyList<AttemptOrder> Live
    {
        get
        {
            lock (_gate)
            {
                return [.. _standings.Values.Select(s => s.Order)];
            }
        }
    }

    /// <summary>Adds an attempt that the plug-in is given.</summary>
    public void Give(AttemptOrder order)
    {
        lock (_gate)
        {
            _standings.TryAdd(order.Attempt, new Standing(order));
        }
    }

    /// <summary>Whether an attempt has begun outside, by a fact of the plug-in or by the store.</summary>
    public bool HasBegun(AttemptId attempt) => Of(attempt, s => s.HasBegun);

    public bool IsLive(AttemptId attempt) => Of(attempt, _ => true);

    /// <summary>Number of facts about an attempt.</summary>
    public int Count(AttemptId attempt) => Of(attempt, s => s.Facts);

    /// <summary>Sets the reason of the next end of an attempt, so that it does not count as a cancellation.</summary>
    public void EndAs(AttemptId attempt, string fault) => Of(attempt, s => s.Fault = fault);

    /// <summary>Accepts no more facts, because they would not be recorded.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    /// <summary>Receives a fact of the plug-in. An invalid fact becomes a warning or the end of the attempt, never an exception: the
    /// calling thread could not handle it.</summary>
    public void Take(Observation? fact)
    {
        if (fact is null)
        {
            context.Faults.RecordWarning(Problem.Create(OperatorCodes.ProviderNotUsable, $"{name} reported null"));
            return;
        }

        lock (_gate)
        {
            if (_closed || _ended.Contains(fact.Attempt))
            {
                return;
            }

            if (!_standings.TryGetValue(fact.Attempt, out var standing))
            {
                context.Faults.RecordWarning(Problem.Create(OperatorCodes.ProviderNotUsable,
                    $"{name} reported {fact.GetType().Name} for attempt {fact.Attempt}, which it was not given"));
                return;
            }

            var mended = OwnFactCheck.Mend(fact, standing.Order, name);
            if (standing.Fault is { } fault && mended is Observation.Exited { End.IsCancelled: true } exited)
            {
                mended = new Observation.Exited(exited.Attempt, exited.At, exited.End with { IsCancelled = false, EndedBy = fault });
            }

            Pass(mended, standing);
        }
    }

    /// <summary>Reports a fact on behalf of the plug-in.</summary>
    public void Tell(Observation fact)
    {
        lock (_gate)
        {
            if (!_closed && _standings.TryGetValue(fact.Attempt, out var standing))
            {
                Pass(fact, standing);
            }
        }
    }

    private void Pass(Observation fact, Standing standing)
    {
        standing.Facts++;
        standing.HasBegun |= fact is Observation.Started or Observation.Submitted or Observation.WaitingExternally;
        if (fact is Observation.Exited or Observation.NotStarted or Observation.Blocked)
        {
            // The attempt has no other operator, so no further fact can follow.
            _ended.Add(fact.Attempt);
            _standings.Remove(fact.Attempt);
        }

        context.Report(fact is Observation.NotStarted none && standing.HasBegun
            ? new Observation.Exited(none.Attempt, none.At, new AttemptEnd { EndedBy = none.Reason }) : fact);
    }

    private T? Of<T>(AttemptId attempt, Func<Standing, T> ask)
    {
        lock (_gate)
        {
            return _standings.TryGetValue(attempt, out var standing) ? ask(standing) : default;
        }
    }
}
