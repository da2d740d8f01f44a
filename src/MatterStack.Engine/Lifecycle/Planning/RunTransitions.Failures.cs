using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <content>Held tasks, amended tasks, and decisions of the campaign class about failed attempts.</content>
internal sealed partial class RunTransitions
{
    private const string CampaignActor = "OnFailed of the campaign class";

    /// <summary>Decisions of the campaign class about ends that follow. Each is used once.</summary>
    public Dictionary<AttemptId, FailureDecision> FailureDecisions { get; } = [];

    /// <summary>Holds a task whose last attempt has failed: a person decides what follows.</summary>
    /// <param name="last">Its last attempt.</param>
    /// <param name="state">The last state of that attempt.</param>
    /// <param name="at">Time of the end.</param>
    public void HoldTask(LiveAttempt last, AttemptState.Ended state, DateTimeOffset at)
    {
        var reason = state.Reason ?? "failed";
        var cause = state.Cause is { } known && !EndCauseText.BeginsReason(known) ? $"{state.CauseText}: {reason}" : reason;
        model.SetHold(last.Task, new TaskHold(last.Id, reason));
        MoveTask(last.Task, TaskState.WaitingExternal, $"is held after attempt {last.Index}: {cause}", at);
        RecordEvent(EventKinds.TaskHeld, last.Task.Id, last.Id, null, cause, at);
    }

    /// <summary>Gives a task another attempt because a person wants it. Failures before it no longer count; the growth of its requests
    /// stays.</summary>
    public void RestartTask(TaskNode task, string reason, DateTimeOffset at)
    {
        RestartCounts(task);
        MoveTask(task, TaskState.Ready, reason, at);
    }

    /// <summary>Forgets the failures of a task before a person's retry.</summary>
    public void RestartCounts(TaskNode task)
    {
        if (task.History is { } history)
        {
            SetHistory(task, history with { OwnFailures = 0, InfrastructureFailures = 0, Answers = 0, NotBefore = null });
        }
    }

    /// <summary>Changes the definition of a task for its next attempt. An amended value replaces what the request has grown to.</summary>
    /// <param name="task">The task. A live attempt continues with what it asks for.</param>
    /// <param name="amendment">The change.</param>
    /// <param name="attempt">The live or the last attempt of the task; null if none is known.</param>
    /// <param name="actor">The person, or the campaign class.</param>
    /// <param name="reason">The reason; null if none was given.</param>
    /// <param name="at">Time of the change.</param>
    public void AmendTask(TaskNode task, TaskAmendment amendment, AttemptId? attempt, string actor, string? reason, DateTimeOffset at)
    {
        model.AmendTask(task, amendment.After.Task);
        if (task.History is { } history)
        {
            history = amendment.HasChanged(nameof(CampaignTask.MemoryGb))
                ? history with
                {
                    MemoryGrowths = 0,
                    IsMemoryCapped = false,
                }
                : history;
            history = amendment.HasChanged(nameof(CampaignTask.TimeLimitMinutes))
                ? history with
                {
                    TimeGrowths = 0,
                    IsTimeCapped = false,
                }
                : history;
            SetHistory(task, history);
        }

        if (task.LiveAttempt is { } live && amendment.ChangesAttempt)
        {
            SetHistory(task, (task.History ?? TaskHistory.None) with { AmendedAttempt = live.Index });
        }

        _changes.Add(new Change.TaskAmended(task, amendment, attempt, actor, reason, at));
    }

    /// <summary>Why no attempt of an amended task can start on its operator. Returns null if attempts can start.</summary>
    public string? FindUnroutableReason(TaskAmendment amendment) =>
        Capacity.Limits.Keys[model.FindKey(amendment.After.Task.OperatorKey)].UnroutableReason;

    /// <summary>Why a task could never start with an amendment. Returns null if it could.</summary>
    public string? FindTooLargeReason(TaskNode task, TaskAmendment amendment)
    {
        var after = amendment.After.Task;
        return Capacity.FindTooLargeReason(
            new TaskNode
            {
                Position = task.Position,
                Id = task.Id,
                KeyIndex = model.FindKey(after.OperatorKey),
                Cores = after.Shape.TotalCores,
                Needs = TaskNeeds.FromTask(after),
                MaxAttempts = after.MaxAttempts,
                AllowFailure = task.AllowFailure,
                AllowDependencyFailure = task.AllowDependencyFailure,
            }
        );
    }

    // Returns whether another attempt follows because the campaign class says so.
    private bool FollowDecision(LiveAttempt attempt, EndFacts end, DateTimeOffset at)
    {
        if (!FailureDecisions.Remove(attempt.Id, out var decision))
        {
            return false;
        }

        var task = attempt.Task;
        var warning = decision.Warning;
        if (decision.Amendment is { } amendment)
        {
            var isChanged = amendment.Changes.Count > 0;
            if ((isChanged ? FindTooLargeReason(task, amendment) : null) is not { } tooLarge)
            {
                if (isChanged)
                {
                    AmendTask(task, amendment, attempt.Id, CampaignActor, end.Reason, at);
                }

                var history = RetryPolicy.RememberEnd(end, task.History);
                SetHistory(task, history with { Answers = history.Answers + 1 });
                MoveTask(
                    task,
                    TaskState.Ready,
                    $"attempt {attempt.Index} failed: {end.Reason}; OnFailed of the campaign class: another attempt"
                        + (isChanged ? $" with {amendment.Describe()}" : ""),
                    at
                );
                return true;
            }

            warning = $"the answer of OnFailed is not used: task {task.Id} {tooLarge}";
        }

        if (warning is not null)
        {
            RecordEvent(EventKinds.AttemptWarned, task.Id, attempt.Id, null, warning, at);
        }

        return false;
    }
}
