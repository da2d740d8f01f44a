using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle;

/// <summary>Kinds of requests about a run.</summary>
internal enum RequestKind
{
    /// <summary>Start no new attempt and hold attempts in queues. Running attempts continue.</summary>
    Pause,

    /// <summary>Continue after a pause.</summary>
    Resume,

    /// <summary>End the run and all its live attempts.</summary>
    Cancel,

    /// <summary>Continue a failed or cancelled run: its failed, cancelled and skipped tasks get a new attempt.</summary>
    Revive,

    /// <summary>Start a new attempt of an ended task.</summary>
    Rerun,

    /// <summary>End one attempt.</summary>
    CancelAttempt,

    /// <summary>End attempts that never started or whose state is unknown.</summary>
    CleanupOrphans,
}

/// <summary>A person's request about a run.</summary>
/// <param name="Kind">Kind of the request.</param>
/// <param name="Task">The task, for <see cref="RequestKind.Rerun"/>.</param>
/// <param name="Attempt">The attempt, for <see cref="RequestKind.CancelAttempt"/>.</param>
/// <param name="IncludesDownstream">Whether all dependent tasks run again, too.</param>
/// <param name="Actor">Name of the person.</param>
/// <param name="Reason">The person's reason; null if none was given.</param>
internal sealed record RunRequest(RequestKind Kind, TaskId? Task, AttemptId? Attempt, bool IncludesDownstream, string Actor, string? Reason);

/// <summary>Answer to a request.</summary>
/// <param name="IsGranted">Whether the request was granted.</param>
/// <param name="Text">What was done; or why the request was refused, and what to do instead.</param>
internal sealed record RequestAnswer(bool IsGranted, string Text);
