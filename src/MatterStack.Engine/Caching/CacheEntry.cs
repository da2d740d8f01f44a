using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>A cached result: the outputs of a task and their origin.</summary>
/// <param name="Fingerprint">Fingerprint of the task.</param>
/// <param name="Files">Files of its <c>work/</c> folder.</param>
/// <param name="Logs">Printed output, as files of its attempt's folder; only the end of a long log.</param>
/// <param name="Origin">Attempt that computed it.</param>
internal sealed record CacheEntry(Fingerprint Fingerprint, IReadOnlyList<CachedFile> Files, IReadOnlyList<CachedFile> Logs, CacheOrigin Origin)
{
    /// <summary>Files and logs.</summary>
    public IEnumerable<CachedFile> AllFiles => Files.Concat(Logs);

    /// <summary>Whether another entry has the same files.</summary>
    public bool HasSameFiles(CacheEntry other) =>
        Files.Select(f => (f.Path, f.Hash)).OrderBy(f => f.Path, StringComparer.Ordinal).SequenceEqual(other.Files.Select(f => (f.Path, f.Hash)).OrderBy(f => f.Path, StringComparer.Ordinal));
}

/// <summary>A file of a cached result.</summary>
/// <param name="Path">Relative to its folder, forward slashes.</param>
/// <param name="Hash">Hash of its content; the cache stores it under this hash.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">Unix permissions; 0 if the system has none.</param>
/// <param name="IsDeclared">Whether it is an output that its task declares; otherwise it is <c>results.json</c>.</param>
internal sealed record CachedFile(string Path, Sha256 Hash, long Size, int Mode, bool IsDeclared);

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
}
