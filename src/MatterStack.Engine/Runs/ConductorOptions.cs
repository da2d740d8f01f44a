namespace MatterStack.Engine.Runs;

/// <summary>How a loop groups its work.</summary>
internal sealed record ConductorOptions
{
    /// <summary>Attempts intended beyond the room there is, so that a start does not wait for a commit.</summary>
    public int Ahead { get; init; } = 64;

    /// <summary>Changes that are written together at the most, before the time below is up.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>How long a change may wait to be written.</summary>
    public TimeSpan CommitDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an operator that is asked to end an attempt whose time is up has to say that it has ended.</summary>
    public TimeSpan LimitPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a command that asks for the end of attempts waits for it.</summary>
    public TimeSpan EndPatience { get; init; } = TimeSpan.FromSeconds(30);
}
