using MatterStack.Engine.Caching;

namespace MatterStack.Engine.Runs;

/// <summary>The row of <c>runs</c>, without columns for internal use.</summary>
internal sealed record RunRow(string RunId, string WorkspaceSlug, string State, string? Reason, string CreatedAtUtc, string DefinitionSha256, string? EndedAtUtc, string EngineVersion);

/// <summary>A row of <c>tasks</c>.</summary>
internal sealed record TaskRow(string TaskId, string State, string? Reason, string OperatorKey, string Command, string? CurrentAttemptId, long Iteration, bool AllowFailure);

/// <summary>A row of <c>attempts</c>.</summary>
internal sealed record AttemptRow(
    string AttemptId, string TaskId, long AttemptIndex, string State, string? Reason, string OperatorKey, string WiringSha256, string OperatorSha256,
    string? ExternalId, long? ExitCode, string CreatedAtUtc, string? SubmittedAtUtc, string? EndedAtUtc, string RelativePath, string? CachedFrom, string? Results)
{
    /// <summary>The attempt that computed its result; null if this attempt was executed itself.</summary>
    public CacheOrigin? Origin { get; init; }

    /// <summary>Named parts of that result's fingerprint; null if this attempt was executed itself.</summary>
    public string? FingerprintParts { get; init; }
}

/// <summary>A row of <c>fingerprints</c>.</summary>
internal sealed record FingerprintRow(string AttemptId, string Fingerprint, string Parts, string CacheLookup);

/// <summary>A row of <c>iterations</c>.</summary>
internal sealed record IterationRow(long Iteration, string? State, long Tasks, long? Completed, string PlannedAtUtc, string? AnalyzedAtUtc);

/// <summary>A row of <c>outputs</c>.</summary>
internal sealed record OutputRow(string AttemptId, string Path, string Sha256, long Size);

/// <summary>A row of <c>ends</c> that is still open, with its attempt; without an attempt it concerns the run.</summary>
internal sealed record EndRow(string? AttemptId, string? TaskId, string? ExternalId, string AskedAtUtc, string AskedBy, string Kind, string Reason, string? SentAtUtc, string? DeliveryProblem);

/// <summary>A row of <c>requests</c> without an answer.</summary>
internal sealed record RequestRow(string AtUtc, string Kind, string? AttemptId, string Actor);

/// <summary>A row of <c>events</c>.</summary>
internal sealed record EventRow(long Seq, string AtUtc, string Kind, string? TaskId, string? AttemptId, string? Actor, string? Details);

/// <summary>A row of <c>run_inputs</c>.</summary>
internal sealed record InputRow(string Kind, string Path, string Sha256, string Source, string? SnapshotRelpath, string RecordedAtUtc);
