namespace MatterStack.Engine.Lifecycle;

/// <summary>An attempt's time limit as far as the engine keeps it.</summary>
/// <param name="minutes">The limit in minutes, from when the attempt is at work.</param>
/// <param name="grace">How long its operator has to keep it by itself.</param>
internal sealed class TimeLimit(double minutes, TimeSpan grace)
{
    public double Minutes { get; } = minutes;

    public TimeSpan Grace { get; } = grace;

    /// <summary>Whether it is being counted.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Why the operator was asked for the end by the engine; null: it was not.</summary>
    public string? Overdue { get; set; }
}
