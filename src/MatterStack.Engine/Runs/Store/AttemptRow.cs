using MatterStack.Engine.Caching;
using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A row of <c>attempts</c>.</summary>
internal sealed record AttemptRow(
    string AttemptId, string TaskId, long AttemptIndex, AttemptStatus State, string? Reason, string OperatorKey, string WiringSha256, string OperatorSha256,
    string? ExternalId, long? ExitCode, string CreatedAtUtc, string? SubmittedAtUtc, string? EndedAtUtc, string RelativePath, string? CachedFrom, string? Results)
{
    /// <summary>Cause of the end; null if the attempt has not ended, has completed, or the cause is not known.</summary>
    public EndCause? EndCause { get; init; }

    /// <summary>The attempt that computed its result; null if this attempt was executed itself.</summary>
    public CacheOrigin? Origin { get; init; }

    /// <summary>Named parts of that result's fingerprint; null if this attempt was executed itself.</summary>
    public string? FingerprintParts { get; init; }
}
