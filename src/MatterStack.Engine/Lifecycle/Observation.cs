using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Lifecycle;

/// <summary>A fact about an attempt, as the outside gave it. What follows from it is the planner's to say.</summary>
internal abstract record Observation(AttemptId Attempt, DateTimeOffset At)
{
    /// <summary>It is under way, and is known outside by this name.</summary>
    public sealed record Started(AttemptId Attempt, DateTimeOffset At, string ExternalId) : Observation(Attempt, At);

    /// <summary>It could not be started.</summary>
    public sealed record NotStarted(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>Nothing became of it because of trouble here (a full disk, say) that goes away again; it stays as it is until then.</summary>
    public sealed record HeldUp(AttemptId Attempt, DateTimeOffset At, Problem Why) : Observation(Attempt, At);

    /// <summary>A person or an instrument has it.</summary>
    public sealed record HandedOver(AttemptId Attempt, DateTimeOffset At, string For) : Observation(Attempt, At);

    /// <summary>Nothing can be said of it from here; it may be under way.</summary>
    public sealed record Unknown(AttemptId Attempt, DateTimeOffset At, string Reason) : Observation(Attempt, At);

    /// <summary>It is over.</summary>
    public sealed record Exited(AttemptId Attempt, DateTimeOffset At, Ending Ending) : Observation(Attempt, At);
}

/// <summary>What was found when an attempt was over.</summary>
internal sealed record Ending
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

    /// <summary>What is wrong with outputs or results, if they could not be read.</summary>
    public string? CollectProblem { get; init; }
}
