using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>An unexpected exception ends the attempt that it concerns; otherwise every later command would fail in the same way.</content>
internal sealed partial class Conductor
{
    private void ApplyFact(Observation fact)
    {
        fact = ObservationCleaner.CleanText(fact, RedactSecrets);
        _pendingStarts.Remove(fact.Attempt);
        UpdateEndRequest(fact);
        // An attempt that is to end does not block the run; that its operator cannot be asked is reported with the other ends.
        _blockingProblem ??= fact is Observation.Blocked held && _model.FindLive(fact.Attempt) is not { EndRequest: not null } ? held.Problem : null;
        try
        {
            _planner.ApplyFact(fact, _limits);
        }
        catch (Exception e)
        {
            EndByFault(fact.Attempt, e);
        }
    }

    private void StartAttempt(LiveAttempt attempt)
    {
        try
        {
            var request = _store.BuildAttemptRequest(attempt);
            WatchTimeLimit(attempt, request);
            _operators.StartAttempt(request);
        }
        catch (Exception e) when (e is not (ProblemException or OperationCanceledException))
        {
            var problem = _faults.RecordFault(e, $"the start of attempt {attempt.Index} of task '{attempt.Task.Id}'");
            _facts.Add(problem.Code == FaultCodes.NoResources
                ? new Observation.Blocked(attempt.Id, _clock.GetUtcNow(), problem)
                : new Observation.NotStarted(attempt.Id, _clock.GetUtcNow(), Fault.FormatReason(problem)));
        }
    }

    private void EndByFault(AttemptId id, Exception exception)
    {
        var problem = _faults.RecordFault(exception, $"processing a fact of attempt {id}");
        if (_model.FindLive(id) is not null)
        {
            _planner.ApplyFact(new Observation.Exited(id, _clock.GetUtcNow(), new AttemptEnd { Cause = EndCause.Lost, EndedBy = Fault.FormatReason(problem) }), _limits);
        }
    }
}
