using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Applies facts about attempts to the model.</summary>
internal sealed class ObservationPlanner(RunModel model, RunTransitions transitions)
{
    /// <summary>Applies one fact.</summary>
    public void ApplyFact(Observation fact)
    {
        // The fact is late: the attempt has ended, and ended attempts never change.
        if (model.FindLive(fact.Attempt) is not { } attempt)
        {
            return;
        }

        switch (fact)
        {
            case Observation.Started started when attempt.State is AttemptState.Created or AttemptState.Submitted:
                KeepBegun(attempt, "it has begun and goes on with its former values", started.At);
                transitions.Capacity.Reserve(attempt);
                attempt.UnreachableReason = null;
                transitions.MoveAttempt(attempt, new AttemptState.Running(started.ExternalId), started.At);
                transitions.MoveTask(attempt.Task, TaskState.Running, null, started.At);
                break;
            case Observation.Submitted queued when attempt.State is AttemptState.Created or AttemptState.Submitted:
                transitions.Capacity.Reserve(attempt);
                attempt.UnreachableReason = null;
                if (attempt.State is not AttemptState.Submitted known || known.ExternalId != queued.ExternalId)
                {
                    transitions.MoveAttempt(attempt, new AttemptState.Submitted(queued.ExternalId), queued.At);
                }

                UpdateReason(attempt, TaskState.Running, queued.Reason, queued.At);
                break;
            case Observation.Started or Observation.Submitted when attempt.State is AttemptState.Running:
                // A scheduler may requeue a running job and start it again.
                attempt.UnreachableReason = null;
                UpdateReason(attempt, attempt.Task.State, (fact as Observation.Submitted)?.Reason, fact.At);
                break;
            case Observation.StatusNote remarked:
                attempt.UnreachableReason = null;
                if (attempt.Task.State != TaskState.Ready)
                {
                    UpdateReason(attempt, attempt.Task.State, remarked.Text, remarked.At);
                }
                else if (remarked.Text is { } remark && attempt.PostponedReason != remark)
                {
                    attempt.PostponedReason = remark;
                    RecordEvent(EventKinds.AttemptPostponed, attempt, remark, remarked.At);
                }

                break;
            case Observation.WaitingExternally handed when attempt.State is AttemptState.Created or AttemptState.Submitted:
                KeepBegun(attempt, $"it is handed over and goes on with its former values: it waits for {handed.WaitingFor}", handed.At);
                transitions.Capacity.Reserve(attempt);
                attempt.UnreachableReason = null;
                // The time may come from a file and from another clock.
                var since = handed.At > attempt.CreatedAt ? handed.At : attempt.CreatedAt;
                transitions.MoveAttempt(attempt, new AttemptState.WaitingExternal(handed.WaitingFor, handed.ExternalId), since);
                transitions.MoveTask(attempt.Task, TaskState.WaitingExternal, $"waits for {handed.WaitingFor}", since);
                break;
            case Observation.WaitingExternally handed
                when attempt.State is AttemptState.WaitingExternal before
                    && (before.WaitingFor != handed.WaitingFor || before.ExternalId != (handed.ExternalId ?? before.ExternalId)):
                var waiting = new AttemptState.WaitingExternal(handed.WaitingFor, handed.ExternalId ?? before.ExternalId);
                transitions.MoveAttempt(attempt, waiting, handed.At);
                transitions.MoveTask(attempt.Task, TaskState.WaitingExternal, $"waits for {handed.WaitingFor}", handed.At);
                break;
            case Observation.Placed placed when !(attempt.Given?.Add(placed.Given) ?? placed.Given).HasSameMeaningAs(attempt.Given):
                transitions.GiveResources(attempt, attempt.Given?.Add(placed.Given) ?? placed.Given, placed.Reason, placed.At);
                break;
            case Observation.Refused refused when attempt.RefusedSince is null:
                attempt.RefusedSince = refused.At;
                RecordEvent(EventKinds.AttemptRefused, attempt, "the refusal may be permanent", refused.At);
                break;
            case Observation.Unreachable unknown:
                attempt.UnreachableReason = unknown.Reason;
                UpdatePendingReason(attempt, unknown.Reason, unknown.At);
                RecordEvent(EventKinds.AttemptUnknown, attempt, unknown.Reason, unknown.At);
                break;
            case Observation.NotWithdrawn goes:
                KeepBegun(attempt, goes.Reason, goes.At);
                break;
            // Whatever prevented the start, the next attempt asks for something else.
            case Observation.NotStarted failed
                when attempt
                    is { EndRequest: { Kind: EndRequestKind.Replacement } replaced, State: AttemptState.Created or AttemptState.Submitted }:
                transitions.ReplaceAttempt(attempt, $"{replaced.Reason} (it was not started: {failed.Reason})", null, failed.At);
                break;
            case Observation.NotStarted failed when attempt.State is AttemptState.Created or AttemptState.Submitted:
                var ended = new AttemptState.Ended(AttemptOutcome.FailedInit, failed.Reason, null, EndCause.NotStarted);
                transitions.EndAttempt(attempt, ended, null, failed.At, failed.IsPermanent);
                break;
            case Observation.RestoreFailed missed when attempt.State is AttemptState.Created:
                RecordEvent(EventKinds.AttemptNotCached, attempt, missed.Reason, missed.At);
                transitions.QueueIntended(attempt);
                break;
            case Observation.Exited { End.IsCancelled: true } withdrawn
                when attempt.EndRequest is { Kind: EndRequestKind.Replacement } replaced && model.CancelRequest is null:
                transitions.ReplaceAttempt(attempt, replaced.Reason, withdrawn.End, withdrawn.At);
                break;
            case Observation.Exited exited:
                var ending = AttributeToTimeLimit(attempt, exited.End);
                transitions.EndAttempt(attempt, AttemptOutcomes.Classify(ending), ending, exited.At);
                break;
            case Observation.EndRequestSent told when attempt.EndRequest is { } asked:
                UpdateEndRequest(attempt, asked with { SentAt = asked.SentAt ?? told.At, PendingReason = told.PendingReason }, told.At);
                break;
            case Observation.EndRequestFailed untold:
                UpdatePendingReason(attempt, untold.Reason, untold.At);
                break;
            case Observation.Blocked held:
                UpdatePendingReason(attempt, held.Problem.Message, held.At);
                break;
            case Observation.Started
            or Observation.Submitted
            or Observation.WaitingExternally
            or Observation.NotStarted
            or Observation.RestoreFailed
            or Observation.EndRequestSent
            or Observation.Placed
            or Observation.UsageFound
            or Observation.Refused:
                // A repeated fact, or one that a later fact has replaced.
                break;
            default:
                throw new InvalidOperationException($"No rule for {fact.GetType().Name}");
        }
    }

    private void UpdateReason(LiveAttempt attempt, TaskState state, string? reason, DateTimeOffset at)
    {
        if (attempt.Task.State != state || attempt.LastReason != reason)
        {
            transitions.MoveTask(attempt.Task, state, reason, at);
        }
    }

    // Only an attempt that has not begun is replaced.
    private void KeepBegun(LiveAttempt attempt, string reason, DateTimeOffset at)
    {
        if (attempt.EndRequest is { Kind: EndRequestKind.Replacement })
        {
            transitions.DropReplacement(attempt, reason, at);
        }
    }

    private void RecordEvent(EventKind kind, LiveAttempt attempt, string details, DateTimeOffset at) =>
        transitions.RecordEvent(kind, attempt.Task.Id, attempt.Id, null, details, at);

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

        transitions.RequestEnd(attempt, news);
        var kind = news.SentAt is null ? EventKinds.AttemptEndRequestNotSent : EventKinds.AttemptEndRequestSent;
        RecordEvent(kind, attempt, news.PendingReason ?? news.Reason, at);
    }

    // An end that the engine requested because of the time limit is no cancellation by a person. The text of an operator stays if the
    // operator names the request as the cause.
    internal static AttemptEnd AttributeToTimeLimit(LiveAttempt attempt, AttemptEnd ending) =>
        attempt.EndRequest is not { Kind: EndRequestKind.TimeLimit, Reason: var late } || !ending.IsCancelled
            ? ending
            : ending with
            {
                IsCancelled = false,
                Cause = EndCause.TimeLimit,
                EndedBy = ending.Cause is EndCause.Cancelled ? ending.EndedBy ?? late : late,
            };
}
