using MatterStack.Engine.Lifecycle;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>An attempt that was handed over and has no answer yet.</summary>
/// <param name="order">The attempt.</param>
/// <param name="deadline">When an answer comes too late, UTC; null: never.</param>
/// <param name="left">How long that is from when it was taken up.</param>
/// <param name="began">When it was taken up, as a time stamp of the clock.</param>
internal sealed class Waiting(AttemptOrder order, DateTimeOffset? deadline, TimeSpan? left, long began)
{
    public AttemptOrder Order { get; } = order;

    /// <summary>When it was handed over (UTC), which its deadline counts from.</summary>
    public DateTimeOffset Since { get; init; }

    public DateTimeOffset? Deadline { get; } = deadline;

    public TimeSpan? Left { get; } = left;

    public long Began { get; } = began;

    public string? Told { get; set; }

    /// <summary>Whether what it reads had been removed and was written anew.</summary>
    public bool WasAskedAgain { get; set; }

    /// <summary>How it ends once the other side has been told; null as long as its answer is wanted.</summary>
    public Ending? Withdrawing { get; set; }

    /// <summary>What the other side is to read and could not be written; null: nothing.</summary>
    public string? Unwritten { get; set; }
}
