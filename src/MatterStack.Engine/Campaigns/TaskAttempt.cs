using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>One recorded execution of a task.</summary>
public sealed record TaskAttempt
{
    /// <summary>Its id; attempts sort by it.</summary>
    public required AttemptId Id { get; init; }

    /// <summary>From 1.</summary>
    public required int Index { get; init; }

    /// <summary>Its state as the store names it: <c>COMPLETED</c>, <c>FAILED</c>, <c>FAILED_INIT</c> or <c>CANCELLED</c>.</summary>
    public required string State { get; init; }

    /// <summary>How it ended; an attempt that could not be started has failed. Decide by this value, not by
    /// <see cref="State"/>.</summary>
    public TaskOutcome Outcome { get; init; }

    /// <summary>Why it did not complete; null if it did.</summary>
    public string? Reason { get; init; }

    /// <summary>Cause of its end as the store names it, e.g. <c>TIMEOUT</c>, <c>OUT_OF_MEMORY</c>, <c>EXIT</c>, or a name of
    /// <c>FailWhen</c>; null if it completed or the cause is not known.</summary>
    public string? Cause { get; init; }

    /// <summary>Absolute path of its folder on this machine, with <c>work/</c>, <c>stdout.log</c> and <c>stderr.log</c>. From a cluster it
    /// has the files that were brought. Empty if no run holds the attempt.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Operator key to which it was routed.</summary>
    public required OperatorKey OperatorKey { get; init; }

    /// <summary>Hash of the wiring that it ran with.</summary>
    public required Sha256 Wiring { get; init; }

    /// <summary>Exit code of the command; null if it left none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When it was intended.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its operator accepted it; null if it never did.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When its end was recorded.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
