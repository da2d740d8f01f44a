using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Plugins;

/// <summary>Filters the facts that a plug-in reports, from any thread: only facts about attempts that it was given and that have not ended
/// are passed on, after validation.</summary>
internal sealed class PluginFactFilter(string name, OperatorContext context)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, AttemptEntry> _entries = [];
    private readonly HashSet<AttemptId> _ended = [];
    private bool _isClosed;

    private sealed class AttemptEntry(AttemptRequest request)
    {
        public AttemptRequest Request { get; } = request;

        public bool HasBegun { get; set; } = request.SubmittedAt is not null;

        /// <summary>Number of facts so far.</summary>
        public int FactCount { get; set; }

        /// <summary>Reason of the end that replaces a cancellation, because no user requested one.</summary>
        public string? FaultReason { get; set; }
    }

    /// <summary>Attempts that have not ended.</summary>
    public IReadOnlyList<AttemptRequest> LiveAttempts
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Values.Select(s => s.Request)];
            }
        }
    }

    /// <summary>Adds an attempt that the plug-in is given.</summary>
    public void AddAttempt(AttemptRequest request)
    {
        lock (_gate)
        {
            _entries.TryAdd(request.Attempt, new AttemptEntry(request));
        }
    }

    /// <summary>Whether an attempt has begun outside, by a fact of the plug-in or by the store.</summary>
    public bool HasBegun(AttemptId attempt) => QueryAttempt(attempt, s => s.HasBegun);

    public bool IsLive(AttemptId attempt) => QueryAttempt(attempt, _ => true);

    /// <summary>Number of facts about an attempt.</summary>
    public int CountFacts(AttemptId attempt) => QueryAttempt(attempt, s => s.FactCount);

    /// <summary>Sets the reason of the next end of an attempt, so that it does not count as a cancellation.</summary>
    public void SetEndReason(AttemptId attempt, string fault) => QueryAttempt(attempt, s => s.FaultReason = fault);

    /// <summary>Accepts no more facts, because they would not be recorded.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    /// <summary>Receives a fact of the plug-in. An invalid fact becomes a warning or the end of the attempt, never an exception: the
    /// calling thread could not handle it.</summary>
    public void ReceiveFact(Observation? fact)
    {
        if (fact is null)
        {
            context.Faults.RecordWarning(Problem.Create(OperatorCodes.PluginNotUsable, $"{name} reported null"));
            return;
        }

        lock (_gate)
        {
            if (_isClosed || _ended.Contains(fact.Attempt))
            {
                return;
            }

            if (!_entries.TryGetValue(fact.Attempt, out var standing))
            {
                context.Faults.RecordWarning(
                    Problem.Create(
                        OperatorCodes.PluginNotUsable,
                        $"{name} reported {fact.GetType().Name} for attempt {fact.Attempt}, which it was not given"
                    )
                );
                return;
            }

            var mended = PluginFactValidator.MakeRecordable(fact, standing.Request, name);
            if (standing.FaultReason is { } fault && mended is Observation.Exited { End.IsCancelled: true } exited)
            {
                mended = new Observation.Exited(
                    exited.Attempt,
                    exited.At,
                    exited.End with
                    {
                        IsCancelled = false,
                        Cause = EndCause.Lost,
                        EndedBy = fault,
                    }
                );
            }

            PassOn(mended, standing);
        }
    }

    /// <summary>Reports a fact on behalf of the plug-in.</summary>
    public void ReportFact(Observation fact)
    {
        lock (_gate)
        {
            if (!_isClosed && _entries.TryGetValue(fact.Attempt, out var standing))
            {
                PassOn(fact, standing);
            }
        }
    }

    private void PassOn(Observation fact, AttemptEntry standing)
    {
        standing.FactCount++;
        standing.HasBegun |= fact is Observation.Started or Observation.Submitted or Observation.WaitingExternally;
        if (fact is Observation.Exited or Observation.NotStarted or Observation.Blocked)
        {
            // The attempt has no other operator, so no further fact can follow.
            _ended.Add(fact.Attempt);
            _entries.Remove(fact.Attempt);
        }

        context.Report(
            fact is Observation.NotStarted none && standing.HasBegun
                ? new Observation.Exited(
                    none.Attempt,
                    none.At,
                    new AttemptEnd
                    {
                        Cause = EndCause.NotStarted,
                        EndedBy = none.Reason,
                        IsPermanent = none.IsPermanent,
                    }
                )
                : fact
        );
    }

    private T? QueryAttempt<T>(AttemptId attempt, Func<AttemptEntry, T> ask)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(attempt, out var standing) ? ask(standing) : default;
        }
    }
}
