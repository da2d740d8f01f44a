namespace MatterStack.Engine.Driving;

/// <summary>The last tick of a driver.</summary>
/// <param name="At">When it ended.</param>
/// <param name="NextAt">When the next one is expected; null: when a job of the run has ended.</param>
/// <param name="Result">Its result, for people.</param>
/// <param name="Driver">Identity of the driver.</param>
internal sealed record DriverTick(DateTimeOffset At, DateTimeOffset? NextAt, string Result, string Driver)
{
    /// <summary>Dependency of the next job on jobs of the run; null if time alone decides.</summary>
    public string? Awaited { get; init; }
}
