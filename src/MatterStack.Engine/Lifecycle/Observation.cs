using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle;

/// <summary>A fact about an attempt, as the outside gave it. What follows from it is the planner's to say.</summary>
public abstract record Observation
{
    private Observation(AttemptId attempt, DateTimeOffset at) => (Attempt, At) = (attempt, at);

    /// <summary>The attempt.</summary>
    public AttemptId Attempt { get; }

    /// <summary>When it was seen, UTC.</summary>
    public DateTimeOffset At { get; }

    /// <summary>It is under way, and is known outside by this name.</summary>
    public sealed record Started(AttemptId Attempt, DateTimeOffset At, string ExternalId) : Observation(Attempt, At);

    /// <summary>A queue has it and has not started it. Said again when its name there or the queue's reason has changed.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">When it was seen, UTC.</param>
    /// <param name="ExternalId">Its name outside.</param>
    /// <param name="Reason">Why it waits, with the queue's own word; shown by <c>Explain</c>.</param>
    public sealed record Submitted(AttemptId Attempt, DateTimeOffset At, string ExternalId, string Reason) : Observation(Attempt, At);

    /// <summary>Something worth telling that changes no state: it is suspended, its scheduler does not answer, its start is put off.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">When it was seen, UTC.</param>
    /// <param name="Remark">In a person's words; null: nothing any more.</param>
    public sealed record Remarked(AttemptId Attempt, DateTimeOffset At, string? Remark) : Observation(Attempt, At);

    /// <summary>It is refused outside with words that may mean that it never goes. Since when that is so is remembered, since it is not tried for ever.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">When it was first refused so, UTC.</param>
    public sealed record Refused(AttemptId Attempt, DateTimeOffset At) : Observation(Attempt, At);

    /// <summary>It could not be started.</summary>
    public sealed record NotStarted(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>Nothing became of it because of trouble here (a full disk, say) that goes away again; it stays as it is until then.</summary>
    public sealed record HeldUp(AttemptId Attempt, DateTimeOffset At, Problem Why) : Observation(Attempt, At);

    /// <summary>A person or an instrument has it. Said again with other words when what is waited for has changed: an answer that is not valid, a reminder.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">When it was seen, UTC.</param>
    /// <param name="For">What is waited for, in a person's words.</param>
    /// <param name="ExternalId">Its name outside, if it has one.</param>
    public sealed record HandedOver(AttemptId Attempt, DateTimeOffset At, string For, string? ExternalId = null) : Observation(Attempt, At);

    /// <summary>Nothing can be said of it from here; it may be under way.</summary>
    public sealed record Unknown(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>The outside was told to end it; when it is over is another fact.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">When, UTC.</param>
    /// <param name="Remark">Why it is not over although some time has passed; null: little has.</param>
    internal sealed record EndTold(AttemptId Attempt, DateTimeOffset At, string? Remark = null) : Observation(Attempt, At);

    /// <summary>The outside could not be told to end it: it may go on.</summary>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="At">When it was tried, UTC.</param>
    /// <param name="Why">Why, in a person's words.</param>
    /// <param name="IsTriedAgain">Whether a loop that waits can expect another outcome.</param>
    internal sealed record EndNotTold(AttemptId Attempt, DateTimeOffset At, string Why, bool IsTriedAgain = true) : Observation(Attempt, At);

    /// <summary>Its result, which seemed to be known, cannot be used: it has to be executed.</summary>
    internal sealed record NotInCache(AttemptId Attempt, DateTimeOffset At, string Why) : Observation(Attempt, At);

    /// <summary>It is over.</summary>
    public sealed record Exited(AttemptId Attempt, DateTimeOffset At, Ending Ending) : Observation(Attempt, At);
}

/// <summary>What was found when an attempt was over.</summary>
public sealed record Ending
{
    /// <summary>Exit code of the command; null if it left none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What ended it instead of itself (a signal, the time limit, a reboot), in a person's words; null if it ended by itself.</summary>
    public string? EndedBy { get; init; }

    /// <summary>Whether somebody asked for its end.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Declared outputs that were found.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>Declared outputs that were not.</summary>
    public IReadOnlyList<string> MissingOutputs { get; init; } = [];

    /// <summary>Content of <c>results.json</c>, a JSON object.</summary>
    public string? ResultsJson { get; init; }

    /// <summary>Who answered, if a person did.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>What they answered, in a line for the record; null if nobody did.</summary>
    public string? Answer { get; init; }

    /// <summary>Where its result came from, if nothing was executed.</summary>
    internal CachedResult? Cached { get; init; }

    /// <summary>What else is known of a failure, to be put behind its exit code.</summary>
    internal string? Remark { get; init; }

    /// <summary>What is not known of its end, in a person's words, to be recorded with it; null: nothing.</summary>
    internal string? NotKnown { get; init; }

    /// <summary>What of it could not be ended and may go on, in a person's words; then no other attempt follows. Null: nothing.</summary>
    internal string? LivesOn { get; init; }

    /// <summary>What a person should know besides, however it ended: what could not be fetched, what could not be learnt; a line each.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What is wrong with outputs or results, if they could not be read.</summary>
    public string? CollectProblem { get; init; }
}
