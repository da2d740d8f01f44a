using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>A file that an ended attempt leaves for the next attempt of its task.</summary>
/// <param name="Path">Where the next attempt gets it, relative to its <c>work/</c>.</param>
/// <param name="Source">Where it is, relative to the <c>work/</c> of <paramref name="Origin"/>.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Origin">The attempt that wrote it.</param>
/// <param name="Place">Name of the cluster's storage that holds it; empty: the run's folder here.</param>
internal sealed record LeftFile(string Path, string Source, Sha256 Hash, long Size, AttemptId Origin, string Place)
{
    /// <summary>Folder of <see cref="Origin"/>, relative to the run's folder.</summary>
    public string OriginFolder { get; init; } = "";

    /// <summary>Computes the digest of a set of files: the SHA-256 of <c>path NUL hash LF</c>, sorted by path. Returns null for no
    /// file.</summary>
    public static Sha256? ComputeDigest(IReadOnlyCollection<LeftFile> files) =>
        files.Count == 0
            ? null
            : Sha256.ComputeTextHash(
                string.Concat(
                    files.OrderBy(static file => file.Path, StringComparer.Ordinal).Select(static file => $"{file.Path}\0{file.Hash.Hex}\n")
                )
            );
}
