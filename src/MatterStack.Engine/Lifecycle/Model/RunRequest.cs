using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A person's request about a run.</summary>
/// <param name="Kind">Kind of the request.</param>
/// <param name="Task">The task, for <see cref="RequestKind.Rerun"/>.</param>
/// <param name="Attempt">The attempt, for <see cref="RequestKind.CancelAttempt"/>.</param>
/// <param name="IncludesDownstream">Whether all dependent tasks run again, too.</param>
/// <param name="Actor">Name of the person.</param>
/// <param name="Reason">The person's reason; null if none was given.</param>
internal sealed record RunRequest(
    RequestKind Kind,
    TaskId? Task,
    AttemptId? Attempt,
    bool IncludesDownstream,
    string Actor,
    string? Reason
);
