using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Tests.Faults;

/// <summary>An attempt in the store of a <see cref="RandomRun"/>.</summary>
internal sealed record StoredAttempt(AttemptId Id, int Task, int Index, AttemptState State)
{
    /// <summary>What it was given, as stored; null if nothing.</summary>
    public string? Given { get; init; }

    /// <summary>Digest of the files that it began with; null if there were none.</summary>
    public Sha256? Carried { get; init; }

    /// <summary>What it asks for if its task was amended since; null: what its task asks for.</summary>
    public AttemptDemand? Demand { get; init; }

    /// <summary>Request to end it; null if there is none.</summary>
    public EndRequest? EndRequest { get; init; }

    /// <summary>When it ended; null if it has not ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When its state was recorded, on a clock that nobody sets.</summary>
    public TimeSpan RecordedAt { get; init; }

    /// <summary>Its time limit in minutes, if it is not what the task states.</summary>
    public double? GivenMinutes => GivenResources.Parse(Given)?.TimeLimit?.TotalMinutes;
}
