using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <content>End requests. A request stays until a fact reports the end of the attempt.</content>
internal sealed partial class TickPlanner
{
    /// <summary>Adds an end request to an attempt. The request is sent outside after it is durable.</summary>
    internal void RequestEnd(LiveAttempt attempt, EndRequest request)
    {
        attempt.EndRequest = request;
        _changes.Add(new Change.EndRequested(attempt, request));
    }

    private void UpdatePendingReason(LiveAttempt attempt, string why, DateTimeOffset at)
    {
        if (attempt.EndRequest is { } asked)
        {
            UpdateEndRequest(attempt, asked with { PendingReason = why }, at);
        }
    }

    // The same request is not written twice.
    private void UpdateEndRequest(LiveAttempt attempt, EndRequest news, DateTimeOffset at)
    {
        if (attempt.EndRequest == news)
        {
            return;
        }

        RequestEnd(attempt, news);
        var kind = news.SentAt is null ? EventKinds.AttemptEndRequestNotSent : EventKinds.AttemptEndRequestSent;
        RecordEvent(kind, attempt.Task.Id, attempt.Id, null, news.PendingReason ?? news.Reason, at);
    }

    // An end that the engine requested because of the time limit is no cancellation by a person. The text of an operator stays if the
    // operator names the request as the cause.
    private static AttemptEnd AttributeToTimeLimit(LiveAttempt attempt, AttemptEnd ending) => attempt.EndRequest is not { Kind: EndRequestKind.TimeLimit, Reason: var late } || !ending.IsCancelled ? ending
        : ending with { IsCancelled = false, Cause = EndCause.TimeLimit, EndedBy = ending.Cause is EndCause.Cancelled ? ending.EndedBy ?? late : late };
}
