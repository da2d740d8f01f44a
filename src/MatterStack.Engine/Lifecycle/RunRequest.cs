using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>What a person can ask of a run.</summary>
internal enum RequestKind
{
    /// <summary>Start nothing new, and have queues hold what waits in them; what is under way goes on.</summary>
    Pause,

    /// <summary>Go on after a pause.</summary>
    Resume,

    /// <summary>End the run and all that is under way.</summary>
    Cancel,

    /// <summary>Take up a failed or cancelled run again: what failed gets a new attempt.</summary>
    Revive,

    /// <summary>A new attempt of a task that has ended.</summary>
    Rerun,

    /// <summary>End one attempt.</summary>
    CancelAttempt,

    /// <summary>End attempts that never started or that nothing is known of any more.</summary>
    CleanupOrphans,
}

/// <summary>A person's wish about a run.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Task">Which task, for <see cref="RequestKind.Rerun"/>.</param>
/// <param name="Attempt">Which attempt, for <see cref="RequestKind.CancelAttempt"/>.</param>
/// <param name="Downstream">Whether all that depends on the task is to run again, too.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="Reason">Why, in their words.</param>
internal sealed record RunRequest(RequestKind Kind, TaskId? Task, AttemptId? Attempt, bool Downstream, string Actor, string? Reason);

/// <summary>What became of a request.</summary>
/// <param name="Done">Whether it was granted.</param>
/// <param name="Text">What was done, or why not, and what to do instead.</param>
internal sealed record RequestAnswer(bool Done, string Text);
