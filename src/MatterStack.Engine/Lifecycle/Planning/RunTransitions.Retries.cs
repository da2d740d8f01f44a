using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <content>Requests of attempts, and what follows when they do not complete.</content>
internal sealed partial class RunTransitions
{
    // What the attempt requests is recorded with its intent, if it is not what its task states.
    private void GiveRequest(LiveAttempt attempt, DateTimeOffset now)
    {
        var (task, limits) = (attempt.Task, Capacity.GetLimit(attempt.Task).Requests);
        // Nothing has grown, and nothing cuts: most attempts.
        if (task.History is null && limits is { MaxMemoryGb: null, MaxTimeLimit: null })
        {
            return;
        }

        var request = ResourceRequest.Compute(task.Policy ?? TaskPolicy.Default, task.History ?? TaskHistory.None, limits);
        if (request.Given is { } given)
        {
            GiveResources(attempt, given, request.DescribeChanges(), now);
        }
    }

    private static EndFacts CreateEndFacts(
        LiveAttempt attempt,
        AttemptState.Ended state,
        AttemptEnd? ending,
        DateTimeOffset at,
        bool isPermanent,
        bool mayStillRun
    ) =>
        new(attempt.Index, state.Cause, state.CauseText, state.ExitCode, state.Reason ?? "failed", at)
        {
            IsPermanent = isPermanent || ending is { IsPermanent: true },
            MayStillRun = mayStillRun || ending?.StillRunning is not null,
            LeftHash = FindNextCarried(attempt, ending),
            CarriedHash = ending?.NotCarriedReason is null ? attempt.CarriedHash : null,
        };

    private void FollowDecision(LiveAttempt attempt, AttemptState.Ended state, RetryDecision decision, DateTimeOffset at)
    {
        SetHistory(attempt.Task, decision.History);
        switch (decision.Outcome)
        {
            case RetryOutcome.Again:
                MoveTask(attempt.Task, TaskState.Ready, decision.Reason, at);
                break;
            case RetryOutcome.Hold:
                HoldTask(attempt, state with { Reason = decision.Reason }, at);
                break;
            case RetryOutcome.Fail:
                FailTask(attempt.Task, decision.Reason, at);
                break;
            default:
                throw new InvalidOperationException($"No rule for {decision.Outcome}");
        }
    }

    // Digest of what the next attempt begins with. An attempt that ended before it wrote anything leaves what it began with.
    private static Sha256? FindNextCarried(LiveAttempt attempt, AttemptEnd? ending) =>
        ending is null ? attempt.CarriedHash
        : LeftFile.ComputeDigest(ending.LeftFiles) is { } left ? left
        : ending.NotCarriedReason is null ? attempt.CarriedHash
        : null;

    private void ForgetLastEnd(TaskNode task)
    {
        if (task.History is { } history)
        {
            SetHistory(task, history with { LastCause = null, LeftHash = null, NotBefore = null, LastGrowth = RequestGrowth.None });
        }
    }

    private void SetHistory(TaskNode task, TaskHistory history)
    {
        if ((task.History ?? TaskHistory.None) != history)
        {
            task.History = history == TaskHistory.None ? null : history;
            _changes.Add(new Change.HistoryChanged(task));
        }
    }
}
