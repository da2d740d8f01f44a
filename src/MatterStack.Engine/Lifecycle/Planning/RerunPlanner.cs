using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Planning;

/// <summary>Lets ended tasks run again, because a person wants it.</summary>
/// <param name="model">The run.</param>
/// <param name="transitions">Receives the changes.</param>
internal sealed class RerunPlanner(RunModel model, RunTransitions transitions)
{
    private const int MaxRefusals = 5;

    /// <summary>Lets the task of a request run again, or all its tasks. If one of them cannot, none does.</summary>
    public RequestAnswer RerunTasks(RunRequest request, DateTimeOffset now)
    {
        var tasks = new List<TaskNode>();
        foreach (
            var id in request.Tasks.Count > 0 ? request.Tasks
            : request.Task is { } one ? [one]
            : []
        )
        {
            if (model.FindTask(id.Value) is not { } task)
            {
                return new(false, $"the run has no task '{id}'");
            }

            tasks.Add(task);
        }

        if (tasks.Count == 0)
        {
            return new(false, "the run has no task ''");
        }

        var below = FindDownstreamTasks(tasks);
        if (FindRefusal(tasks, request.IncludesDownstream ? below : []) is { } refusal)
        {
            return new(false, refusal);
        }

        var again = new List<TaskNode>(tasks);
        // Skipped dependents can run now. Completed dependents run again only if the request includes them.
        again.AddRange(below.Where(t => request.IncludesDownstream ? t.State.IsEnd() : t.State == TaskState.Skipped));
        // A held task whose inputs are computed again runs with them.
        var positions = again.Select(static t => t.Position).ToHashSet();
        again.AddRange(
            below.Where(t => t.Hold is not null && !positions.Contains(t.Position) && t.DependsOn.Any(positions.Contains)).ToList()
        );
        foreach (var node in again)
        {
            node.MustRecompute = true;
        }

        ReopenTasks(again, $"requested again by {request.Actor}", now);
        var names = TaskNames.Describe(tasks.Select(static t => t.Id));
        if (model.State.IsEnd())
        {
            transitions.MoveRun(
                RunState.Running,
                tasks.Count == 1 ? $"task {names} runs again" : $"{CountText.FormatCount(tasks.Count, "task")} run again",
                now
            );
        }

        if (tasks.Count > 1)
        {
            RecordForEach(tasks, request, now);
        }

        return new(true, Describe(tasks, names, again.Count - tasks.Count) + DescribeLeftOut(again));
    }

    /// <summary>Makes tasks pending, or ready if all their dependencies have ended.</summary>
    public void ReopenTasks(IReadOnlyList<TaskNode> tasks, string reason, DateTimeOffset now)
    {
        // All tasks become pending first: the count of open dependencies of each one depends on the others.
        foreach (var task in tasks)
        {
            transitions.RestartCounts(task);
            transitions.MoveTask(task, TaskState.Pending, reason, now);
        }

        foreach (var dependent in tasks.Concat(tasks.SelectMany(t => t.Dependents).Select(seq => model.Tasks[seq])).Distinct())
        {
            dependent.OpenDependencies = dependent.DependsOn.Count(d => !model.Tasks[d].State.IsEnd());
        }

        foreach (var task in tasks.Where(t => t.OpenDependencies == 0))
        {
            transitions.MoveTask(task, TaskState.Ready, reason, now);
        }
    }

    /// <summary>Says of tasks that they are not selected, as the end of an answer. Returns an empty text if all are.</summary>
    public string DescribeLeftOut(IReadOnlyList<TaskNode> tasks) =>
        tasks.Count(static task => task.IsLeftOut) is > 0 and var count
            ? $"; {CountText.FormatCount(count, "of them is", "of them are")} not selected ({model.Selection}): "
                + "a -t:Loop without Select runs all tasks"
            : "";

    // One event for each task, so that its explanation has the decision.
    private void RecordForEach(List<TaskNode> tasks, RunRequest request, DateTimeOffset now)
    {
        foreach (var task in tasks)
        {
            transitions.RecordEvent(
                EventKinds.GetKind(request.Kind),
                task.Id,
                null,
                request.Actor,
                $"it runs again, with {CountText.FormatCount(tasks.Count - 1, "other selected task")}",
                now
            );
        }
    }

    private static string? FindRefusal(List<TaskNode> tasks, IReadOnlyList<TaskNode> below)
    {
        var refusals = tasks
            .Where(static task => task.LiveAttempt is not null)
            .Select(static task => DescribeLive(task, task.LiveAttempt!))
            .ToList();
        if (refusals.Count == 0 && below.FirstOrDefault(static t => t.LiveAttempt is not null) is { } busy)
        {
            var above = tasks.Count == 1 ? tasks[0].Id.Value : "a selected task";
            return $"task {busy.Id}, which depends on {above}, has a live attempt ({busy.LiveAttempt!.Id}); end it first";
        }

        return refusals.Count == 0
            ? null
            : string.Join("; ", refusals.Take(MaxRefusals))
                + (refusals.Count > MaxRefusals ? $"; and {refusals.Count - MaxRefusals} more" : "")
                + (tasks.Count > 1 ? ". No task runs again" : "");
    }

    private static string DescribeLive(TaskNode task, LiveAttempt live) =>
        live.EndRequest is { } asked
            ? $"attempt {live.Id} of task {task.Id} is being ended ({RequestPlanner.DescribeRequest(asked)}) and has not ended: "
                + "-t:Step requests the end again; if the attempt can never be reached, -t:CleanupOrphans gives it up"
            : $"task {task.Id} has a live attempt ({live.Id}); end it first: -t:CancelAttempt -p:AttemptId={live.Id}";

    private static string Describe(List<TaskNode> tasks, string names, int dependents) =>
        (tasks.Count == 1 ? $"task {names}" : $"{CountText.FormatCount(tasks.Count, "task")} ({names})")
        + (
            dependents > 0 ? $" and {CountText.FormatCount(dependents, "dependent task")} run again"
            : tasks.Count == 1 ? " runs again"
            : " run again"
        );

    private List<TaskNode> FindDownstreamTasks(IReadOnlyList<TaskNode> tasks)
    {
        var seen = tasks.Select(static task => task.Position).ToHashSet();
        var queue = new Queue<TaskNode>(tasks);
        var below = new List<TaskNode>();
        while (queue.TryDequeue(out var current))
        {
            foreach (var seq in current.Dependents.Where(seen.Add))
            {
                below.Add(model.Tasks[seq]);
                queue.Enqueue(model.Tasks[seq]);
            }
        }

        return below;
    }
}
