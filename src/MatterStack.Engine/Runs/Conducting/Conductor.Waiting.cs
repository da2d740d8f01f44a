using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>When a loop returns although the run has not ended.</content>
internal sealed partial class Conductor
{
    private bool IsWaitingForOthers(bool waitForPeople) =>
        (_model.LiveAttempts.Count > 0 || _model.HeldCount > 0)
        && (_model.HeldCount == 0 || !waitForPeople)
        && !IsExpectingEnds
        && CountReady() <= _model.LiveAttempts.Count
        && CountReady() == _model.LiveAttempts.Count(a => a is { UnreachableReason: not null, Task.State: TaskState.Ready })
        && _model.LiveAttempts.All(a =>
            a is { UnreachableReason: not null, TimeLimit: null or { OverdueReason: null } }
            || (
                !waitForPeople
                && a is { EndRequest: null, State: AttemptState.WaitingExternal }
                && _limits.Keys[a.Task.KeyIndex].WaitsForPeople
            )
        );

    // Those that wait for the first of their kind start when it has completed.
    private int CountReady() => _model.CountTasks(TaskState.Ready) - _model.WaitingForCanaryCount;
}
