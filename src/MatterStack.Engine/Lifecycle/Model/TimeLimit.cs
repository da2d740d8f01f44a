namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A time limit of an attempt that the engine enforces.</summary>
/// <param name="minutes">The limit in minutes, counted from the start of the work.</param>
/// <param name="grace">Additional time in which the operator enforces the limit itself.</param>
internal sealed class TimeLimit(double minutes, TimeSpan grace)
{
    public double Minutes { get; } = minutes;

    public TimeSpan Grace { get; } = grace;

    /// <summary>Whether the time is counted.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Reason of the engine's end request; null if the engine has not requested the end.</summary>
    public string? OverdueReason { get; set; }
}
