using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Runs;

/// <summary>Checks that the recorded events are possible transitions of runs, tasks and attempts, and that they end in the recorded
/// states.</summary>
internal sealed class EventCheck(IRunRecords reader, string at)
{
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<string, string> _attempts = [];
    private readonly Dictionary<string, string> _tasks = [];
    private string _run = "PENDING";

    public IReadOnlyList<Problem> Check(IReadOnlyList<AttemptRow> attempts, IReadOnlyList<TaskRow> tasks)
    {
        var events = reader.Events().ToList();
        // An ended run or task continues only after a person's request; its event is recorded in the same transaction.
        var lastAsked = events.LastOrDefault(e => e.Kind is "REQUEST_REVIVE" or "REQUEST_RERUN" && e.Actor is not null)?.Seq ?? -1;
        var endedAt = new Dictionary<string, long>();
        foreach (var happened in events)
        {
            var reopened = lastAsked > endedAt.GetValueOrDefault(happened.TaskId ?? "", -1);
            if (happened.Kind.StartsWith("RUN_", StringComparison.Ordinal))
            {
                var to = happened.Kind[4..];
                Step($"Run {reader.Row.RunId}", _run, to, happened, RunMay(_run, to) || (to == "RUNNING" && lastAsked >= 0));
                _run = to;
            }
            else if (happened is { AttemptId: { } attempt, TaskId: { } owner } && happened.Kind.StartsWith("ATTEMPT_", StringComparison.Ordinal) && IsState(happened.Kind[8..]))
            {
                var (from, to) = (_attempts.GetValueOrDefault(attempt, ""), happened.Kind[8..]);
                Step($"Attempt {attempt} of task {owner}", from, to, happened, AttemptMay(from, to));
                _attempts[attempt] = to;
                if (to == "CREATED")
                {
                    Step($"Task {owner}", _tasks.GetValueOrDefault(owner, ""), "a new attempt", happened, reopened || _tasks.GetValueOrDefault(owner) is null or "READY" or "PENDING" or "CREATED");
                }

                Move(owner, to is "CREATED" or "COMPLETED" or "CANCELLED" ? to : "READY", happened);
            }
            else if (happened is { TaskId: { } task } && happened.Kind.StartsWith("TASK_", StringComparison.Ordinal))
            {
                var (from, to) = (_tasks.GetValueOrDefault(task), happened.Kind[5..]);
                Step($"Task {task}", from ?? "", to, happened, reopened || from is null or "READY" or "PENDING" or "CREATED" || (from == to && to == "CANCELLED"));
                Move(task, to, happened);
            }
        }

        foreach (var attempt in attempts.Where(a => _attempts.GetValueOrDefault(a.AttemptId) != a.State))
        {
            Wrong($"Attempt {attempt.AttemptId} of task {attempt.TaskId} is {attempt.State}; its last event says {_attempts.GetValueOrDefault(attempt.AttemptId, "nothing")}");
        }

        foreach (var task in tasks.Where(t => t.State is "FAILED" or "SKIPPED" or "COMPLETED" && _tasks.GetValueOrDefault(t.TaskId) != t.State))
        {
            Wrong($"Task {task.TaskId} is {task.State}; its last event says {_tasks.GetValueOrDefault(task.TaskId, "nothing")}");
        }

        if (_run != reader.Row.State)
        {
            Wrong($"Run {reader.Row.RunId} is {reader.Row.State}; its last event says {_run}");
        }

        return _problems;

        void Move(string task, string to, EventRow happened)
        {
            _tasks[task] = to;
            if (to is "COMPLETED" or "FAILED" or "SKIPPED" or "CANCELLED")
            {
                endedAt[task] = happened.Seq;
            }
        }
    }

    // Other events of an attempt (an answer, a reminder) are not transitions.
    private static bool IsState(string name) => name is "CREATED" or "SUBMITTED" or "RUNNING" or "WAITING_EXTERNAL" or "COMPLETED" or "FAILED" or "FAILED_INIT" or "CANCELLED";

    private static bool RunMay(string from, string to) => from switch
    {
        "PENDING" => to is "RUNNING" or "PAUSED" or "CANCELLED" or "FAILED",
        "RUNNING" => to is "PAUSED" or "COMPLETED" or "FAILED" or "CANCELLED",
        "PAUSED" => to is "RUNNING" or "CANCELLED",
        _ => false,
    };

    // The end of an attempt may be recorded without its start; an ended attempt never changes.
    private static bool AttemptMay(string from, string to) => from switch
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

    private void Step(string who, string from, string to, EventRow happened, bool legal)
    {
        if (!legal)
        {
            Wrong($"{who} went from {(from.Length == 0 ? "nothing" : from)} to {to} (event {happened.Seq})");
        }
    }

    private void Wrong(string what) => _problems.Add(Problem.Create(RunCodes.RecordsContradict, what, new SourcePosition(at)));
}
