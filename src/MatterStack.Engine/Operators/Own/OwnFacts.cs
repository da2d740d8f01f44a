using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Own;

/// <summary>What an operator of somebody else's reports, from any thread: only of attempts that it was given and that have not ended, and only what can be recorded.</summary>
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

        /// <summary>Facts so far.</summary>
        public int Facts { get; set; }

        /// <summary>What it is to end with instead of a cancellation, which nobody asked for.</summary>
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

    /// <summary>It is given an attempt.</summary>
    public void Give(AttemptOrder order)
    {
        lock (_gate)
        {
            _standings.TryAdd(order.Attempt, new Standing(order));
        }
    }

    /// <summary>Whether it has said, or the store has it, that an attempt is outside.</summary>
    public bool HasBegun(AttemptId attempt) => Of(attempt, s => s.HasBegun);

    public bool IsLive(AttemptId attempt) => Of(attempt, _ => true);

    /// <summary>How many facts there are of an attempt.</summary>
    public int Count(AttemptId attempt) => Of(attempt, s => s.Facts);

    /// <summary>The end that is asked for next is no cancellation.</summary>
    public void EndAs(AttemptId attempt, string fault) => Of(attempt, s => s.Fault = fault);

    /// <summary>Takes no more facts: nobody would record them.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    /// <summary>Takes a fact of the operator's. What is wrong with it is a warning or the end of the attempt, and never an exception: it would meet a thread that cannot do anything about it.</summary>
    public void Take(Observation? fact)
    {
        if (fact is null)
        {
            context.Faults.Warn(Problem.Of(OperatorCodes.ProviderNotUsable, $"{name} reported null"));
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
                context.Faults.Warn(Problem.Of(OperatorCodes.ProviderNotUsable, $"{name} reported {fact.GetType().Name} of attempt {fact.Attempt}, which it was not given"));
                return;
            }

            var mended = OwnFactCheck.Mend(fact, standing.Order, name);
            if (standing.Fault is { } fault && mended is Observation.Exited { Ending.Cancelled: true } exited)
            {
                mended = new Observation.Exited(exited.Attempt, exited.At, exited.Ending with { Cancelled = false, EndedBy = fault });
            }

            Pass(mended, standing);
        }
    }

    /// <summary>Says something of an attempt in the operator's place.</summary>
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
        standing.HasBegun |= fact is Observation.Started or Observation.Submitted or Observation.HandedOver;
        if (fact is Observation.Exited or Observation.NotStarted or Observation.HeldUp)
        {
            // One that is said not to have started although it has is told so by its operator; there is no other.
            _ended.Add(fact.Attempt);
            _standings.Remove(fact.Attempt);
        }

        context.Report(fact is Observation.NotStarted none && standing.HasBegun
            ? new Observation.Exited(none.Attempt, none.At, new Ending { EndedBy = none.Reason }) : fact);
    }

    private T? Of<T>(AttemptId attempt, Func<Standing, T> ask)
    {
        lock (_gate)
        {
            return _standings.TryGetValue(attempt, out var standing) ? ask(standing) : default;
        }
    }
}
