namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Cause of the end of an attempt that did not complete. Decisions rest on it; the reason is text for people.</summary>
public enum EndCause
{
    /// <summary>The work ended by itself without success: its exit code is not 0, or a person or an instrument reports a failure.</summary>
    Exited,

    /// <summary>A signal ended it.</summary>
    Signal,

    /// <summary>It reached its time limit.</summary>
    TimeLimit,

    /// <summary>It needed more memory than it had. The next attempt gets more if the task has a factor for it.</summary>
    OutOfMemory,

    /// <summary>Declared outputs or results are missing or cannot be read.</summary>
    OutputsMissing,

    /// <summary>A node of the cluster failed.</summary>
    NodeFailure,

    /// <summary>A node of the cluster could not be booted.</summary>
    BootFailure,

    /// <summary>The scheduler ended it in favor of another job.</summary>
    Preempted,

    /// <summary>It reached the deadline of its job.</summary>
    Deadline,

    /// <summary>It could not be started.</summary>
    NotStarted,

    /// <summary>Its end or its exit code is not known.</summary>
    Lost,

    /// <summary>A person cancelled it.</summary>
    Cancelled,

    /// <summary>A monitor stopped it.</summary>
    Stopped,

    /// <summary>A line of a file means failure; the task's <c>FailWhen</c> names the cause.</summary>
    Verdict,

    /// <summary>A line that must be there is missing.</summary>
    NoSuccessMark,

    /// <summary>It would carry on from files that are the same as those that the last attempt carried.</summary>
    NoProgress,

    /// <summary>It waited in a queue and was replaced, because a person amended its task.</summary>
    Amended,
}
