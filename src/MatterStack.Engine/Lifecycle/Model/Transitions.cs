namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>The possible changes of states of runs, tasks and attempts. Planners make no other change, and the check of a run's events
/// accepts no other.</summary>
internal static class Transitions
{
    public static bool Allows(RunState from, RunState to) =>
        from switch
        {
            RunState.Pending => to is RunState.Running or RunState.Paused or RunState.Cancelled or RunState.Failed,
            RunState.Running => to is RunState.Paused or RunState.Completed or RunState.Failed or RunState.Cancelled,
            // A campaign class may return its end after a person paused the run.
            RunState.Paused => to is RunState.Running or RunState.Completed or RunState.Cancelled,
            // A person revives the run or reruns a task.
            RunState.Completed or RunState.Failed or RunState.Cancelled => to is RunState.Running,
            _ => throw new ArgumentOutOfRangeException(nameof(from)),
        };

    /// <summary>Whether a task may change its state. The same state is a change of the reason only.</summary>
    public static bool Allows(TaskState from, TaskState to) =>
        from switch
        {
            // A rerun makes a task that has not started pending once more.
            TaskState.Pending => to is TaskState.Pending or TaskState.Ready or TaskState.Cancelled or TaskState.Skipped,
            // The end of an attempt may be observed without its start.
            TaskState.Ready => true,
            TaskState.Running => to is not (TaskState.Pending or TaskState.Skipped),
            // A held task becomes pending if it runs again together with a dependency.
            TaskState.WaitingExternal => to is not (TaskState.Running or TaskState.Skipped),
            // A person revives the run or reruns the task.
            TaskState.Completed or TaskState.Failed or TaskState.Cancelled or TaskState.Skipped => to is TaskState.Pending,
            _ => throw new ArgumentOutOfRangeException(nameof(from)),
        };

    /// <summary>Whether an attempt may change its state. The end of an attempt may be observed without its start.</summary>
    /// <param name="from">State before; null: the attempt does not exist.</param>
    /// <param name="to">State after.</param>
    public static bool Allows(AttemptStatus? from, AttemptStatus to) =>
        from switch
        {
            null => to is AttemptStatus.Created,
            AttemptStatus.Created => to is not AttemptStatus.Created,
            // The id of the job may become known later.
            AttemptStatus.Submitted => to is not AttemptStatus.Created,
            AttemptStatus.Running => to is AttemptStatus.Completed or AttemptStatus.Failed or AttemptStatus.Cancelled,
            // Recorded again if the reason changes: an invalid answer, an instrument that does not answer.
            AttemptStatus.WaitingExternal => to
                is AttemptStatus.WaitingExternal
                    or AttemptStatus.Completed
                    or AttemptStatus.Failed
                    or AttemptStatus.Cancelled,
            AttemptStatus.Completed or AttemptStatus.Failed or AttemptStatus.FailedInit or AttemptStatus.Cancelled => false,
            _ => throw new ArgumentOutOfRangeException(nameof(from)),
        };
}
