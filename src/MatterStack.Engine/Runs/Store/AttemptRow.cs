using MatterStack.Engine.Caching;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A recorded attempt, from a run's store or from a bundle.</summary>
internal sealed record AttemptRow
{
    public required AttemptId AttemptId { get; init; }

    public required TaskId TaskId { get; init; }

    /// <summary>From 1.</summary>
    public required long AttemptIndex { get; init; }

    public required AttemptStatus State { get; init; }

    public string? Reason { get; init; }

    public required OperatorKey OperatorKey { get; init; }

    /// <summary>Hash of the wiring that the attempt was made with.</summary>
    public required Sha256 WiringSha256 { get; init; }

    /// <summary>Hash of the operator's part of the wiring.</summary>
    public required Sha256 OperatorSha256 { get; init; }

    /// <summary>Name of the attempt outside: process and host, or job.</summary>
    public string? ExternalId { get; init; }

    public long? ExitCode { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>Null if the attempt has not ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Folder of the attempt, relative to the run's folder.</summary>
    public required string RelativePath { get; init; }

    /// <summary>The attempt that computed its result; null if this attempt was executed itself.</summary>
    public string? CachedFrom { get; init; }

    /// <summary>Content of <c>results.json</c>; null if the attempt wrote none, or if it was not read.</summary>
    public string? Results { get; init; }

    /// <summary>Cause of the end; null if the attempt has not ended, has completed, or the cause is not known.</summary>
    public EndCause? EndCause => EndCauseText.FindStoredCause(CauseText);

    /// <summary>Text of the cause, which is the name of <c>FailWhen</c> for a verdict; null if there is no cause.</summary>
    public string? CauseText { get; init; }

    /// <summary>Files of earlier attempts that it carried on from; empty if it began afresh.</summary>
    public IReadOnlyList<LeftFile> Carried { get; init; } = [];

    /// <summary>Number of earlier attempts whose work it continued, directly or through others.</summary>
    public int ContinuedAttempts { get; init; }

    /// <summary>Why the attempt began afresh although files were to be carried; null if it did not.</summary>
    public string? NotCarriedReason { get; init; }

    /// <summary>Nodes of the cluster that it ran on, separated by commas; null if they are not known.</summary>
    public string? Node { get; init; }

    /// <summary>What it used; null before its end, and in runs of versions that did not record it.</summary>
    public AttemptUsage? Usage { get; init; }

    /// <summary>Definition of its task if the task was amended after it, and before another attempt; otherwise null.</summary>
    public string? Definition { get; init; }

    /// <summary>What its operator gave it; null if nothing is recorded.</summary>
    public GivenResources? Given { get; init; }

    /// <summary>Codes that its command used, by name; empty if it used none, and in a run of an earlier version.</summary>
    public IReadOnlyList<AttemptCodeRow> Codes { get; init; } = [];

    /// <summary>The attempt that computed its result; null if this attempt was executed itself.</summary>
    public CacheOrigin? Origin { get; init; }

    /// <summary>Named parts of that result's fingerprint; null if this attempt was executed itself.</summary>
    public string? FingerprintParts { get; init; }
}
