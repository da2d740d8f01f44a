using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Layout of a cache's folder: entries by fingerprint, and their files (blobs) by content.</summary>
/// <param name="Path">The cache's folder.</param>
internal sealed record CacheFolder(string Path)
{
    /// <summary>Prefix of the name of a file that is being written.</summary>
    public const string UnfinishedMark = ".new-";

    /// <summary>File extension of entries.</summary>
    public const string EntryExtension = ".entry";

    public string Entries => System.IO.Path.Combine(Path, "entries");

    public string Blobs => System.IO.Path.Combine(Path, "blobs");

    /// <summary>Lock file. Publishing holds a shared lock, pruning an exclusive one.</summary>
    public string Gate => System.IO.Path.Combine(Path, ".lock");

    public string Entry(Sha256 fingerprint) => System.IO.Path.Combine(Entries, fingerprint.Hex[..2], fingerprint.Hex + EntryExtension);

    public string Blob(Sha256 content) => System.IO.Path.Combine(Blobs, content.Hex[..2], content.Hex);
}
