using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Conducting;

/// <content>When a loop returns although the run has not ended.</content>
internal sealed partial class Conductor
{
    private bool IsWaitingForOthers(bool waitForPeople) =>
        _model.LeftOutCount == 0
            ? IsWaitingForOthers(_model.LiveAttempts, _model.HeldCount, waitForPeople)
            : IsWaitingForOthers(
                [.. _model.LiveAttempts.Where(static attempt => !attempt.Task.IsLeftOut)],
                _model.HeldCount == 0 ? 0 : _model.Tasks.Count(static task => task is { Hold: not null, IsLeftOut: false }),
                waitForPeople
            );

    // Attempts and held tasks that the selection leaves out keep no loop waiting.
    private bool IsWaitingForOthers(IReadOnlyCollection<LiveAttempt> live, int held, bool waitForPeople) =>
        (live.Count > 0 || held > 0)
        && (held == 0 || !waitForPeople)
        && !IsExpectingEnds
        && CountReady() <= live.Count
        && CountReady() == live.Count(a => a is { UnreachableReason: not null, Task.State: TaskState.Ready })
        && live.All(a =>
            a is { UnreachableReason: not null, TimeLimit: null or { OverdueReason: null } }
            || (!waitForPeople && a is { EndRequest: null, State: AttemptState.WaitingExternal } && _limits.Keys[a.KeyIndex].WaitsForPeople)
        );

    // Those that wait for the first of their kind start when it has completed.
    private int CountReady() => _model.CountSelected(TaskState.Ready) - _model.WaitingForCanaryCount;
}
