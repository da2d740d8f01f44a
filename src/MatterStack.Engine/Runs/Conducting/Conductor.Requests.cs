using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Lifecycle.Planning;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>Requests of people to a run. The holder of the run's lock grants them: this command, or a loop of another process.</content>
internal sealed partial class Conductor
{
    /// <summary>Grants a person's request or refuses it with a reason, and waits until the attempts that it ends have ended.</summary>
    public RequestAnswer GrantRequest(RunRequest request, CancellationToken cancel = default)
    {
        StartObserving();
        if (request.Kind == RequestKind.CleanupOrphans)
        {
            // Do not give up an attempt that can be reached now.
            WaitForEnds(toTheEnd: true, cancel);
        }

        var answer = AnswerRequest(request, id: null);
        WaitForEnds(EndsAttempts(request.Kind), cancel);
        return answer;
    }

    /// <summary>Answers all queued requests, waits until the attempts that they end have ended, and returns the answer to one of
    /// them.</summary>
    /// <param name="seq">Number of that request.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="cancel">Stops waiting; requested ends stay requested.</param>
    public RequestAnswer GrantQueuedRequests(long seq, RequestKind kind, CancellationToken cancel = default)
    {
        StartObserving();
        WaitForEnds(EndsAttempts(kind), cancel);
        return RequestTable.FindAnswer(_store.Run, seq, isTaken: true) ?? new RequestAnswer(true, "the request was accepted");
    }

    // Requests that people queued in the store while this or another process was driving the run.
    private void AnswerQueuedRequests()
    {
        _requestsCheckedAt = _clock.GetTimestamp();
        foreach (var (seq, request) in _store.ReadQueuedRequests())
        {
            AnswerRequest(request, seq);
        }
    }

    // Each answer is recorded before the next request is read, because it may change the answer to that one.
    private RequestAnswer AnswerRequest(RunRequest request, long? id)
    {
        if (request.Kind == RequestKind.Amend)
        {
            request = _store.ResolveAmendments(request, _model, _operators.FindTaskProblems);
            PrepareAmendments(request.Amendments);
        }
        else if (request.Changes.Count > 0 && request.Task is { } amended && _model.FindTask(amended.Value) is { } task)
        {
            request = _store.ResolveAmendment(request, task);
            PrepareAmendments([request.Amendment]);
        }

        if (request.Kind == RequestKind.Annotate)
        {
            request = request with { PresentTags = _store.ReadTags() };
        }

        var plan = Plan(
            new TickFacts
            {
                Scope = PlanScope.FactsOnly,
                Request = request,
                RequestId = id,
            }
        );
        WriteChanges();
        SyncHoldWithPause();
        return plan.Answer!;
    }

    private static bool EndsAttempts(RequestKind kind) =>
        kind is RequestKind.Cancel or RequestKind.CancelAttempt or RequestKind.CleanupOrphans or RequestKind.Amend;

    private void WaitForEnds(Func<bool> outstanding, TimeSpan patience, CancellationToken cancel = default)
    {
        if (_newObservations.Count > 0)
        {
            Plan(new TickFacts { Scope = PlanScope.FactsOnly });
        }

        var since = _clock.GetTimestamp();
        while (outstanding() && _clock.GetElapsedTime(since) < patience && !cancel.IsCancellationRequested)
        {
            if (_facts.TryTake(out var fact, (int)RequestPollInterval.TotalMilliseconds, CancellationToken.None))
            {
                AddFact(fact);
                Plan(new TickFacts { Scope = PlanScope.FactsOnly });
            }
        }

        WriteChanges();
    }

    private void SyncHoldWithPause() => _operators.SetHold(_model.State == RunState.Paused);
}
