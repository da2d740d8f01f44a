namespace MatterStack.Engine.Runs;

/// <summary>Batch sizes and waiting times of a conductor.</summary>
internal sealed record ConductorOptions
{
    /// <summary>Number of attempts per operator key that are intended beyond its capacity, so that a start does not wait for a
    /// commit.</summary>
    public int Ahead { get; init; } = 64;

    /// <summary>Number of unwritten changes at which they are written before <see cref="CommitDelay"/> has passed.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Longest time that a change waits to be written.</summary>
    public TimeSpan CommitDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Time for an operator to report the end of an attempt that exceeded its time limit.</summary>
    public TimeSpan LimitPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time that a command waits for the ends of attempts that it requested.</summary>
    public TimeSpan EndPatience { get; init; } = TimeSpan.FromSeconds(30);
}
