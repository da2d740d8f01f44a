namespace MatterStack.Engine.Caching;

/// <summary>The attempt that computed a result. It keeps the chain of evidence complete after its run was deleted.</summary>
internal sealed record CacheOrigin
{
    public required string RunId { get; init; }

    public required string AttemptId { get; init; }

    /// <summary>From 1.</summary>
    public required long AttemptIndex { get; init; }

    public required string TaskId { get; init; }

    /// <summary>Name of the workspace.</summary>
    public required string Workspace { get; init; }

    public required string OperatorKey { get; init; }

    public required string WiringSha256 { get; init; }

    public required string OperatorSha256 { get; init; }

    /// <summary>External id: process and host, or job.</summary>
    public string? ExternalId { get; init; }

    /// <summary>Host that recorded it.</summary>
    public required string Host { get; init; }

    public long? ExitCode { get; init; }

    public required string CreatedAtUtc { get; init; }

    public string? SubmittedAtUtc { get; init; }

    public required string EndedAtUtc { get; init; }

    public required string EngineVersion { get; init; }

    /// <summary>Number of earlier attempts whose work it continued from carried files.</summary>
    public int ContinuedAttempts { get; init; }

    /// <summary>Versions of the codes that it used, by name; empty if none is known.</summary>
    public IReadOnlyDictionary<string, string> CodeVersions { get; init; } =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
}
