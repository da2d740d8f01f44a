using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Runs.Store;

/// <summary>A completed attempt, as recorded in the store.</summary>
internal sealed record FinishedAttempt
{
    public required string Id { get; init; }

    public required string TaskId { get; init; }

    public required long Index { get; init; }

    public required string OperatorKey { get; init; }

    public required string WiringSha256 { get; init; }

    public required string OperatorSha256 { get; init; }

    public string? ExternalId { get; init; }

    public long? ExitCode { get; init; }

    public required string CreatedAtUtc { get; init; }

    public string? SubmittedAtUtc { get; init; }

    public required string EndedAtUtc { get; init; }

    /// <summary>Folder of the attempt, relative to the run's folder.</summary>
    public required string RelativePath { get; init; }

    /// <summary>Content of <c>results.json</c>; null if the attempt wrote none.</summary>
    public string? Results { get; init; }

    public required FingerprintRecord Fingerprint { get; init; }

    public required IReadOnlyList<OutputFile> Outputs { get; init; }
}
