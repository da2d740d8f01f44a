using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators.Exchange;

/// <summary>An attempt that was handed over and has no answer yet.</summary>
/// <param name="request">The attempt.</param>
/// <param name="deadline">Latest time of an answer (UTC); null: no limit.</param>
/// <param name="left">Time from the start of the wait to the deadline; null: no limit.</param>
/// <param name="began">Start of the wait, as a timestamp of the clock.</param>
internal sealed class PendingExchange(AttemptRequest request, DateTimeOffset? deadline, TimeSpan? left, long began)
{
    public AttemptRequest Request { get; } = request;

    /// <summary>When the attempt was handed over (UTC). The deadline counts from this time.</summary>
    public DateTimeOffset HandedOverAt { get; init; }

    public DateTimeOffset? Deadline { get; } = deadline;

    public TimeSpan? TimeLeft { get; } = left;

    public long StartTimestamp { get; } = began;

    public string? LastReason { get; set; }

    /// <summary>Whether its request had been removed and was written again.</summary>
    public bool WasRewritten { get; set; }

    /// <summary>How the attempt ends once the withdrawal is confirmed; null while its answer is wanted.</summary>
    public AttemptEnd? EndAfterWithdrawal { get; set; }

    /// <summary>Text of the withdrawal file that could not be written; null if it was written.</summary>
    public string? UnwrittenWithdrawal { get; set; }
}
