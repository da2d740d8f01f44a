using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A person's request about a run.</summary>
/// <param name="Kind">Kind of the request.</param>
/// <param name="Task">The task, for <see cref="RequestKind.Rerun"/> and <see cref="RequestKind.Respond"/>.</param>
/// <param name="Attempt">The attempt, for <see cref="RequestKind.CancelAttempt"/>.</param>
/// <param name="IncludesDownstream">Whether all dependent tasks run again, too.</param>
/// <param name="Actor">Name of the person.</param>
/// <param name="Reason">The person's reason; null if none was given.</param>
internal sealed record RunRequest(RequestKind Kind, TaskId? Task, AttemptId? Attempt, bool IncludesDownstream, string Actor, string? Reason)
{
    /// <summary>Decision about a held task; null for other requests.</summary>
    public HoldDecision? Decision { get; init; }

    /// <summary>The tasks of a request about several tasks; empty for other requests.</summary>
    public IReadOnlyList<TaskId> Tasks { get; init; } = [];

    /// <summary>New tags of the run, as the person wrote them; null: they stay.</summary>
    public string? Tags { get; init; }

    /// <summary>Tags that the run has before the request.</summary>
    public IReadOnlyList<string> PresentTags { get; init; } = [];

    /// <summary>New note on the run; null: it stays.</summary>
    public string? Note { get; init; }

    /// <summary>Amended metadata of the task as the person wrote them, by name; empty if there are none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Changes { get; init; } = [];

    /// <summary>The amendment that follows from <see cref="Changes"/>; null if there is none.</summary>
    public TaskAmendment? Amendment { get; init; }

    /// <summary>Whether the person accepts that results change.</summary>
    public bool ChangesResult { get; init; }

    /// <summary>The amendments of a request about several tasks, one for each task; empty if there are none.</summary>
    public IReadOnlyList<TaskAmendment> Amendments { get; init; } = [];

    /// <summary>Why the tasks cannot be amended so; null if they can.</summary>
    public string? AmendmentProblem { get; init; }
}
