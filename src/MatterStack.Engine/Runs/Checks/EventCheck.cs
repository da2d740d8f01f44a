using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that the recorded events are possible transitions of runs, tasks and attempts, and that they end in the recorded
/// states.</summary>
internal sealed class EventCheck(IRunRecords reader, string at)
{
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<AttemptId, AttemptStatus> _attempts = [];

    // Events tell whether a task is open or how it ended; an open task counts as ready.
    private readonly Dictionary<TaskId, TaskState> _tasks = [];
    private readonly Dictionary<TaskId, long> _endedAt = [];
    private HashSet<AttemptId> _replaced = [];
    private RunState _run = RunState.Pending;

    public IReadOnlyList<Problem> CheckEvents(IReadOnlyList<AttemptRow> attempts, IReadOnlyList<TaskRow> tasks)
    {
        var events = reader.ReadEvents().ToList();
        // The attempt was taken back before it began, because its task was amended; another one follows.
        _replaced = [.. attempts.Where(static a => a.EndCause == EndCause.Amended).Select(static a => a.AttemptId)];
        // An ended run or task continues only after a person's request; its event is recorded in the same transaction.
        var lastRequest = events
            .LastOrDefault(e => EventKinds.FindRequestKind(e.Kind) is RequestKind.Revive or RequestKind.Rerun && e.Actor is not null)
            ?.Seq
            ?? -1;
        foreach (var happened in events)
        {
            var isReopened = lastRequest > (happened.TaskId is { } ended ? _endedAt.GetValueOrDefault(ended, -1) : -1);
            if (EventKinds.FindRunState(happened.Kind) is { } run)
            {
                MoveRun(run, happened, lastRequest >= 0);
            }
            else if (happened is { AttemptId: { } attempt, TaskId: { } owner } && EventKinds.FindAttemptStatus(happened.Kind) is { } status)
            {
                MoveAttempt(attempt, owner, status, happened, isReopened);
            }
            else if (happened.TaskId is { } task && EventKinds.FindTaskState(happened.Kind) is { } state)
            {
                MoveTask(task, state, happened, isReopened);
            }
        }

        CheckLastStates(attempts, tasks);
        return _problems;
    }

    private void MoveRun(RunState to, EventRow happened, bool isRequested)
    {
        if (!Transitions.Allows(_run, to) || (_run.IsEnd() && !isRequested))
        {
            AddProblem($"Run {reader.RunRow.RunId} went from {_run.ToText()} to {to.ToText()} (event {happened.Seq})");
        }

        _run = to;
    }

    private void MoveAttempt(AttemptId attempt, TaskId task, AttemptStatus to, EventRow happened, bool isReopened)
    {
        AttemptStatus? from = _attempts.TryGetValue(attempt, out var before) ? before : null;
        if (!Transitions.Allows(from, to))
        {
            AddProblem($"Attempt {attempt} of task {task} went from {from?.ToText() ?? "nothing"} to {to.ToText()} (event {happened.Seq})");
        }

        _attempts[attempt] = to;
        if (to == AttemptStatus.Created && !isReopened && _tasks.TryGetValue(task, out var state) && state.IsEnd())
        {
            AddProblem($"Task {task} went from {state.ToText()} to a new attempt (event {happened.Seq})");
        }

        // A failed attempt leaves its task open; another event records that the task has failed.
        SetTask(
            task,
            to switch
            {
                AttemptStatus.Completed => TaskState.Completed,
                AttemptStatus.Cancelled when !_replaced.Contains(attempt) => TaskState.Cancelled,
                _ => TaskState.Ready,
            },
            happened
        );
    }

    private void MoveTask(TaskId task, TaskState to, EventRow happened, bool isReopened)
    {
        // A cancelled attempt has cancelled its task already.
        if (
            !isReopened
            && _tasks.TryGetValue(task, out var from)
            && !Transitions.Allows(from, to)
            && (from, to) is not (TaskState.Cancelled, TaskState.Cancelled)
        )
        {
            AddProblem($"Task {task} went from {from.ToText()} to {to.ToText()} (event {happened.Seq})");
        }

        SetTask(task, to, happened);
    }

    private void SetTask(TaskId task, TaskState to, EventRow happened)
    {
        _tasks[task] = to;
        if (to.IsEnd())
        {
            _endedAt[task] = happened.Seq;
        }
    }

    private void CheckLastStates(IReadOnlyList<AttemptRow> attempts, IReadOnlyList<TaskRow> tasks)
    {
        foreach (var attempt in attempts)
        {
            if (!_attempts.TryGetValue(attempt.AttemptId, out var status) || status != attempt.State)
            {
                AddProblem(
                    $"Attempt {attempt.AttemptId} of task {attempt.TaskId} is {attempt.State.ToText()}; "
                        + $"its last event says {(_attempts.ContainsKey(attempt.AttemptId) ? status.ToText() : "nothing")}"
                );
            }
        }

        foreach (var task in tasks.Where(t => t.State is TaskState.Failed or TaskState.Skipped or TaskState.Completed))
        {
            if (!_tasks.TryGetValue(task.TaskId, out var state) || state != task.State)
            {
                AddProblem(
                    $"Task {task.TaskId} is {task.State.ToText()}; its last event says "
                        + $"{(_tasks.ContainsKey(task.TaskId) ? state.ToText() : "nothing")}"
                );
            }
        }

        if (_run != reader.State)
        {
            AddProblem($"Run {reader.RunRow.RunId} is {reader.RunRow.State.ToText()}; its last event says {_run.ToText()}");
        }
    }

    private void AddProblem(string what) => _problems.Add(Problem.Create(RunCodes.RecordsContradict, what, new SourcePosition(at)));
}
