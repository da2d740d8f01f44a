using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle.Model;

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

    /// <summary>The operator gave the attempt resources, for example the partition of its job. Later facts add to it.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the choice, UTC.</param>
    /// <param name="Given">The resources.</param>
    /// <param name="Reason">Why these, as text for people.</param>
    internal sealed record Placed(AttemptId Attempt, DateTimeOffset At, GivenResources Given, string Reason) : Observation(Attempt, At);

    /// <summary>The attempt could not be started. Another attempt follows after a pause, unless no start can ever succeed.</summary>
    public sealed record NotStarted(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At)
    {
        /// <summary>Whether another start would fail in the same way: an input is gone, the request is refused for good. The task then
        /// fails.</summary>
        public bool IsPermanent { get; init; }
    }

    /// <summary>A temporary problem on this machine (for example a full disk) blocks the attempt. Its state stays the same until the
    /// problem ends.</summary>
    public sealed record Blocked(AttemptId Attempt, DateTimeOffset At, Problem Problem) : Observation(Attempt, At);

    /// <summary>The attempt waits for a person or an instrument. Reported again when the text changes: the answer is not valid, a reminder
    /// is due.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the observation, UTC.</param>
    /// <param name="WaitingFor">What the attempt waits for, as text for people.</param>
    /// <param name="ExternalId">Id of the attempt outside; null if it has none.</param>
    public sealed record WaitingExternally(AttemptId Attempt, DateTimeOffset At, string WaitingFor, string? ExternalId = null)
        : Observation(Attempt, At);

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
    internal sealed record EndRequestFailed(AttemptId Attempt, DateTimeOffset At, string Reason, bool WillRetry = true)
        : Observation(Attempt, At);

    /// <summary>The attempt has begun, or its operator cannot take it back: it continues although its task was amended.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the observation, UTC.</param>
    /// <param name="Reason">The reason, as text for people.</param>
    public sealed record NotWithdrawn(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>The cached result of the attempt cannot be restored: the attempt must be executed.</summary>
    internal sealed record RestoreFailed(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>The accounting of the cluster says what the attempt used, after its end. It decides nothing.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">Time of the answer, UTC.</param>
    /// <param name="Usage">What it used.</param>
    /// <param name="Node">Nodes that it ran on; null if they are not known.</param>
    internal sealed record UsageFound(AttemptId Attempt, DateTimeOffset At, AttemptUsage Usage, string? Node) : Observation(Attempt, At);

    /// <summary>The attempt has ended.</summary>
    public sealed record Exited(AttemptId Attempt, DateTimeOffset At, AttemptEnd End) : Observation(Attempt, At);
}
