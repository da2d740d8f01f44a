using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle;

/// <summary>A fact about an attempt, as observed outside of the engine. The planner decides its consequences.</summary>
public abstract record Observation
{
    private Observation(AttemptId attempt, DateTimeOffset at) => (Attempt, At) = (attempt, at);

    /// <summary>The attempt.</summary>
    public AttemptId Attempt { get; }

    /// <summary>Time of the observation, UTC.</summary>
    public DateTimeOffset At { get; }

    /// <summary>The attempt is running; the external id names it outside.</summary>
    public sealed record Started(AttemptId Attempt, DateTimeOffset At, string ExternalId) : Observation(Attempt, At);

    /// <summary>The attempt is in a queue and has not started. Reported again when its external id or the queue's reason has
    /// changed.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the observation, UTC.</param>
    /// <param name="ExternalId">Id of the attempt outside.</param>
    /// <param name="Reason">Why it waits, with the queue's own term; shown by <c>Explain</c>.</param>
    public sealed record Submitted(AttemptId Attempt, DateTimeOffset At, string ExternalId, string Reason) : Observation(Attempt, At);

    /// <summary>A note that changes no state: the attempt is suspended, its scheduler does not answer, its start is postponed.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the observation, UTC.</param>
    /// <param name="Text">Text for people; null removes an earlier note.</param>
    public sealed record StatusNote(AttemptId Attempt, DateTimeOffset At, string? Text) : Observation(Attempt, At);

    /// <summary>The scheduler refuses the attempt, and the refusal may be permanent. The time is recorded, because the engine stops trying
    /// after a while.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the first such refusal, UTC.</param>
    public sealed record Refused(AttemptId Attempt, DateTimeOffset At) : Observation(Attempt, At);

    /// <summary>The attempt could not be started.</summary>
    public sealed record NotStarted(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>A temporary problem on this machine (for example a full disk) blocks the attempt. Its state stays the same until the
    /// problem ends.</summary>
    public sealed record Blocked(AttemptId Attempt, DateTimeOffset At, Problem Problem) : Observation(Attempt, At);

    /// <summary>The attempt waits for a person or an instrument. Reported again when the text changes: the answer is not valid, a reminder
    /// is due.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the observation, UTC.</param>
    /// <param name="WaitingFor">What the attempt waits for, as text for people.</param>
    /// <param name="ExternalId">Id of the attempt outside; null if it has none.</param>
    public sealed record WaitingExternally(AttemptId Attempt, DateTimeOffset At, string WaitingFor, string? ExternalId = null) : Observation(Attempt, At);

    /// <summary>The state of the attempt is unknown from here; it may be running.</summary>
    public sealed record Unreachable(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>The end request was sent outside. The end itself is another fact.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the request, UTC.</param>
    /// <param name="PendingReason">Why the attempt has not ended after some time; null while little time has passed.</param>
    internal sealed record EndRequestSent(AttemptId Attempt, DateTimeOffset At, string? PendingReason = null) : Observation(Attempt, At);

    /// <summary>The end request could not be sent outside: the attempt may continue.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the try, UTC.</param>
    /// <param name="Reason">The reason, as text for people.</param>
    /// <param name="WillRetry">Whether the operator tries again, so that a loop can wait for another outcome.</param>
    internal sealed record EndRequestFailed(AttemptId Attempt, DateTimeOffset At, string Reason, bool WillRetry = true) : Observation(Attempt, At);

    /// <summary>The cached result of the attempt cannot be restored: the attempt must be executed.</summary>
    internal sealed record RestoreFailed(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>The attempt has ended.</summary>
    public sealed record Exited(AttemptId Attempt, DateTimeOffset At, AttemptEnd End) : Observation(Attempt, At);
}

/// <summary>What the operator found when an attempt had ended.</summary>
public sealed record AttemptEnd
{
    /// <summary>Exit code of the command; null if there is none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>External cause of the end (a signal, the time limit, a reboot), as text for people; null if it ended by itself.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Whether the end was requested.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Declared outputs that were found.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>Declared outputs that were not found.</summary>
    public IReadOnlyList<string> MissingOutputs { get; init; } = [];

    /// <summary>Content of <c>results.json</c>, a JSON object.</summary>
    public string? ResultsJson { get; init; }

    /// <summary>Name of the person who answered; null if no person answered.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>The person's answer in one line, for the record; null if no person answered.</summary>
    public string? Answer { get; init; }

    /// <summary>Origin of the result, if it was restored from the cache; otherwise null.</summary>
    internal CachedResult? CachedResult { get; init; }

    /// <summary>Additional text about a failure; it follows the exit code in the reason.</summary>
    internal string? FailureNote { get; init; }

    /// <summary>Unknown facts about the end, as text for people; part of the reason. Null if there are none.</summary>
    internal string? UnknownFacts { get; init; }

    /// <summary>Parts of the attempt that could not be ended and may continue, as text for people; no other attempt follows. Null if there
    /// are none.</summary>
    internal string? StillRunning { get; init; }

    /// <summary>Warnings for a person, independent of the outcome: a file was not fetched, a value is unknown. One line each.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why outputs or results could not be read; null if they could.</summary>
    public string? CollectionProblem { get; init; }
}
