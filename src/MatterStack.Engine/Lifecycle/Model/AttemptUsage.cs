namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What an attempt used. A value that is not known is null, and <see cref="Note"/> says why.</summary>
public sealed record AttemptUsage
{
    /// <summary>When its command began, UTC.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Time between its submission and its begin.</summary>
    public TimeSpan? QueueTime { get; init; }

    /// <summary>Time between its begin and its end.</summary>
    public TimeSpan? WallTime { get; init; }

    /// <summary>Processor time of all its processes, user and system.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>Largest resident memory of one of its processes, in bytes.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Where the figures come from.</summary>
    public UsageSource Source { get; init; }

    /// <summary>Why a value is not known, as text for people; null if all are known.</summary>
    public string? Note { get; init; }
}
