using MatterStack.Engine.Problems;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Runs.Checks;

/// <summary>Checks that the recorded events are possible transitions of runs, tasks and attempts, and that they end in the recorded
/// states.</summary>
internal sealed class EventCheck(IRunRecords reader, string at)
{
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<string, string> _attemptStates = [];
    private readonly Dictionary<string, string> _taskStates = [];
    private string _runState = "PENDING";

    public IReadOnlyList<Problem> CheckEvents(IReadOnlyList<AttemptRow> attempts, IReadOnlyList<TaskRow> tasks)
    {
        var events = reader.ReadEvents().ToList();
        // An ended run or task continues only after a person's request; its event is recorded in the same transaction.
        var lastAsked = events.LastOrDefault(e => e.Kind is "REQUEST_REVIVE" or "REQUEST_RERUN" && e.Actor is not null)?.Seq ?? -1;
        var endedAt = new Dictionary<string, long>();
        foreach (var happened in events)
        {
            var reopened = lastAsked > endedAt.GetValueOrDefault(happened.TaskId ?? "", -1);
            if (happened.Kind.StartsWith("RUN_", StringComparison.Ordinal))
            {
                var to = happened.Kind[4..];
                CheckTransition($"Run {reader.RunRow.RunId}", _runState, to, happened, CanRunMove(_runState, to) || (to == "RUNNING" && lastAsked >= 0));
                _runState = to;
            }
            else if (happened is { AttemptId: { } attempt, TaskId: { } owner } && happened.Kind.StartsWith("ATTEMPT_", StringComparison.Ordinal) && IsStateName(happened.Kind[8..]))
            {
                var (from, to) = (_attemptStates.GetValueOrDefault(attempt, ""), happened.Kind[8..]);
                CheckTransition($"Attempt {attempt} of task {owner}", from, to, happened, CanAttemptMove(from, to));
                _attemptStates[attempt] = to;
                if (to == "CREATED")
                {
                    CheckTransition($"Task {owner}", _taskStates.GetValueOrDefault(owner, ""), "a new attempt", happened, reopened || _taskStates.GetValueOrDefault(owner) is null or "READY" or "PENDING" or "CREATED");
                }

                MoveTask(owner, to is "CREATED" or "COMPLETED" or "CANCELLED" ? to : "READY", happened);
            }
            else if (happened is { TaskId: { } task } && happened.Kind.StartsWith("TASK_", StringComparison.Ordinal))
            {
                var (from, to) = (_taskStates.GetValueOrDefault(task), happened.Kind[5..]);
                CheckTransition($"Task {task}", from ?? "", to, happened, reopened || from is null or "READY" or "PENDING" or "CREATED" || (from == to && to == "CANCELLED"));
                MoveTask(task, to, happened);
            }
        }

        foreach (var attempt in attempts.Where(a => _attemptStates.GetValueOrDefault(a.AttemptId) != a.State))
        {
            AddProblem($"Attempt {attempt.AttemptId} of task {attempt.TaskId} is {attempt.State}; its last event says {_attemptStates.GetValueOrDefault(attempt.AttemptId, "nothing")}");
        }

        foreach (var task in tasks.Where(t => t.State is "FAILED" or "SKIPPED" or "COMPLETED" && _taskStates.GetValueOrDefault(t.TaskId) != t.State))
        {
            AddProblem($"Task {task.TaskId} is {task.State}; its last event says {_taskStates.GetValueOrDefault(task.TaskId, "nothing")}");
        }

        if (_runState != reader.RunRow.State)
        {
            AddProblem($"Run {reader.RunRow.RunId} is {reader.RunRow.State}; its last event says {_runState}");
        }

        return _problems;

        void MoveTask(string task, string to, EventRow happened)
        {
            _taskStates[task] = to;
            if (to is "COMPLETED" or "FAILED" or "SKIPPED" or "CANCELLED")
            {
                endedAt[task] = happened.Seq;
            }
        }
    }

    // Other events of an attempt (an answer, a reminder) are not transitions.
    private static bool IsStateName(string name) => name is "CREATED" or "SUBMITTED" or "RUNNING" or "WAITING_EXTERNAL" or "COMPLETED" or "FAILED" or "FAILED_INIT" or "CANCELLED";

    private static bool CanRunMove(string from, string to) => from switch
    {
        "PENDING" => to is "RUNNING" or "PAUSED" or "CANCELLED" or "FAILED",
        "RUNNING" => to is "PAUSED" or "COMPLETED" or "FAILED" or "CANCELLED",
        "PAUSED" => to is "RUNNING" or "CANCELLED",
        _ => false,
    };

    // The end of an attempt may be recorded without its start; an ended attempt never changes.
    private static bool CanAttemptMove(string from, string to) => from switch
    {
        "" => to is "CREATED",
        "CREATED" => to is "SUBMITTED" or "RUNNING" or "WAITING_EXTERNAL" or "COMPLETED" or "FAILED" or "FAILED_INIT" or "CANCELLED",
        // The job id may become known later.
        "SUBMITTED" => to is "SUBMITTED" or "RUNNING" or "COMPLETED" or "FAILED" or "FAILED_INIT" or "CANCELLED",
        "RUNNING" => to is "COMPLETED" or "FAILED" or "CANCELLED",
        // Recorded again if the reason changes: an invalid answer, an instrument that does not answer.
        "WAITING_EXTERNAL" => to is "WAITING_EXTERNAL" or "COMPLETED" or "FAILED" or "CANCELLED",
        _ => false,
    };

    private void CheckTransition(string who, string from, string to, EventRow happened, bool legal)
    {
        if (!legal)
        {
            AddProblem($"{who} went from {(from.Length == 0 ? "nothing" : from)} to {to} (event {happened.Seq})");
        }
    }

    private void AddProblem(string what) => _problems.Add(Problem.Create(RunCodes.RecordsContradict, what, new SourcePosition(at)));
}
