namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>What an operator allows attempts to request, and what it requests for tasks that state nothing.</summary>
internal sealed record RequestLimits
{
    /// <summary>An operator without limits and defaults.</summary>
    public static RequestLimits None { get; } = new();

    /// <summary>Memory in GiB of tasks that state none; null: the scheduler decides.</summary>
    public double? DefaultMemoryGb { get; init; }

    /// <summary>Time limit of tasks that state none; null: none, or the scheduler's.</summary>
    public TimeSpan? DefaultTimeLimit { get; init; }

    /// <summary>Largest memory in GiB that is requested; larger requests are cut to it. Null: no ceiling.</summary>
    public double? MaxMemoryGb { get; init; }

    /// <summary>Longest time limit that is requested; longer requests are cut to it. Null: no ceiling.</summary>
    public TimeSpan? MaxTimeLimit { get; init; }

    /// <summary>Largest memory in GiB that a request grows to; null: no ceiling.</summary>
    public double? MaxGrownMemoryGb { get; init; }

    /// <summary>Longest time limit that a request grows to; null: no ceiling.</summary>
    public TimeSpan? MaxGrownTimeLimit { get; init; }

    /// <summary>Whether more memory can be requested after an attempt that ran out of it. On this machine no attempt is ended because of
    /// what it requested.</summary>
    public bool GrowsMemory { get; init; } = true;
}
