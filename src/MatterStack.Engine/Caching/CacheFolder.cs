using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Layout of a cache's folder: entries by fingerprint, and their files (blobs) by content.</summary>
/// <param name="Path">The cache's folder.</param>
internal sealed record CacheFolder(string Path)
{
    /// <summary>Prefix of the name of a file that is being written.</summary>
    public const string UnfinishedPrefix = ".new-";

    /// <summary>File extension of entries.</summary>
    public const string EntryExtension = ".entry";

    public string EntriesFolder => System.IO.Path.Combine(Path, "entries");

    public string BlobsFolder => System.IO.Path.Combine(Path, "blobs");

    /// <summary>Lock file. Publishing holds a shared lock, pruning an exclusive one.</summary>
    public string LockFile => System.IO.Path.Combine(Path, ".lock");

    public string GetEntryPath(Sha256 fingerprint) =>
        System.IO.Path.Combine(EntriesFolder, fingerprint.Hex[..2], fingerprint.Hex + EntryExtension);

    public string GetBlobPath(Sha256 content) => System.IO.Path.Combine(BlobsFolder, content.Hex[..2], content.Hex);
}
