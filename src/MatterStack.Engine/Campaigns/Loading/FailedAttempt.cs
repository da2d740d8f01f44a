namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>A failed attempt that a campaign class is asked about.</summary>
/// <param name="Planned">The task as it is now, with its files.</param>
/// <param name="Ended">The attempt.</param>
internal sealed record FailedAttempt(PlannedTask Planned, TaskAttempt Ended);
