namespace MatterStack.Engine.Caching;

/// <summary>A cached result: the outputs of a task and their origin.</summary>
/// <param name="Fingerprint">Fingerprint of the task.</param>
/// <param name="Files">Files of its <c>work/</c> folder.</param>
/// <param name="Logs">Printed output, as files of its attempt's folder; only the end of a long log.</param>
/// <param name="Origin">Attempt that computed it.</param>
internal sealed record CacheEntry(
    Fingerprint Fingerprint,
    IReadOnlyList<CachedFile> Files,
    IReadOnlyList<CachedFile> Logs,
    CacheOrigin Origin
)
{
    /// <summary>Files and logs.</summary>
    public IEnumerable<CachedFile> AllFiles => Files.Concat(Logs);

    /// <summary>Whether another entry has the same files.</summary>
    public bool HasSameFiles(CacheEntry other) =>
        Files
            .Select(f => (f.Path, f.Hash))
            .OrderBy(f => f.Path, StringComparer.Ordinal)
            .SequenceEqual(other.Files.Select(f => (f.Path, f.Hash)).OrderBy(f => f.Path, StringComparer.Ordinal));
}
