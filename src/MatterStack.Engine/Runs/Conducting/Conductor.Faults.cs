using System.Runtime.ExceptionServices;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>An unexpected exception ends the attempt that it concerns; otherwise every later command would fail in the same way.</content>
internal sealed partial class Conductor
{
    private readonly HashSet<AttemptId> _endedByFault = [];

    // The next plan applies the fact.
    private void AddFact(Observation fact)
    {
        fact = ObservationCleaner.CleanText(fact, RedactSecrets);
        if (fact is Observation.UsageFound found)
        {
            _foundUsage.Add(found);
            return;
        }

        _pendingStarts.Remove(fact.Attempt);
        UpdateEndRequest(fact);
        // An attempt that is to end does not block the run; that its operator cannot be asked is reported with the other ends.
        if (fact is Observation.Blocked blocked && _model.FindLive(fact.Attempt) is not { EndRequest: not null })
        {
            _blockingProblem ??= blocked.Problem;
        }

        _newObservations.Add(fact);
    }

    private void AddReportedFacts()
    {
        while (_facts.TryTake(out var fact))
        {
            AddFact(fact);
        }
    }

    private string RedactSecrets(string text) => _secrets?.Redact(text) ?? text;

    private void StartAttempt(LiveAttempt attempt)
    {
        try
        {
            var request = _store.BuildAttemptRequest(attempt);
            if (FindTimeLimit(attempt, request) is { } minutes)
            {
                _newTimeLimits.Add(new AttemptTimeLimit(attempt, minutes, WorkingSince: null));
            }

            _operators.StartAttempt(
                request with
                {
                    AvoidedNodes = _operators.FindAvoidedNodes(request.Key, _store.ReadFailedNodes),
                    PriorityGap = _model.GetPriorityGap(attempt.Task),
                }
            );
        }
        catch (Exception e) when (e is not (ProblemException or OperationCanceledException))
        {
            var problem = _faults.RecordFault(e, $"the start of attempt {attempt.Index} of task '{attempt.Task.Id}'");
            _facts.Add(
                problem.Code == FaultCodes.NoResources
                    ? new Observation.Blocked(attempt.Id, _clock.GetUtcNow(), problem)
                    // A damaged definition stays damaged.
                    : new Observation.NotStarted(attempt.Id, _clock.GetUtcNow(), Fault.FormatReason(problem)) { IsPermanent = true }
            );
        }
    }

    private void EndByFaults(IReadOnlyList<FailedFact> failed)
    {
        foreach (var (fact, error) in failed.DistinctBy(f => f.Fact.Attempt))
        {
            var id = fact.Attempt;
            if (!_endedByFault.Add(id))
            {
                // The engine's own fact fails, too: the attempt cannot even be ended.
                ExceptionDispatchInfo.Throw(error);
            }

            var problem = _faults.RecordFault(error, $"processing a fact of attempt {id}");
            if (_model.FindLive(id) is not null)
            {
                var end = new AttemptEnd { Cause = EndCause.Lost, EndedBy = Fault.FormatReason(problem) };
                _newObservations.Add(new Observation.Exited(id, _clock.GetUtcNow(), end));
            }
        }

        if (_newObservations.Count > 0)
        {
            Plan(new TickFacts { Scope = PlanScope.FactsOnly });
        }
    }

    private static T[] Drain<T>(List<T> list)
    {
        var taken = list.Count == 0 ? [] : list.ToArray();
        list.Clear();
        return taken;
    }
}
