using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Where what lies in a cache: results by fingerprint, and their files by content.</summary>
/// <param name="Path">The cache's folder.</param>
internal sealed record CacheFolder(string Path)
{
    /// <summary>Of a result that is being put in or taken away.</summary>
    public const string UnfinishedMark = ".new-";

    /// <summary>Extension of entries.</summary>
    public const string EntryExtension = ".entry";

    public string Entries => System.IO.Path.Combine(Path, "entries");

    public string Blobs => System.IO.Path.Combine(Path, "blobs");

    /// <summary>Locked by who puts in, with others, and by who prunes, alone.</summary>
    public string Gate => System.IO.Path.Combine(Path, ".lock");

    public string Entry(Sha256 fingerprint) => System.IO.Path.Combine(Entries, fingerprint.Hex[..2], fingerprint.Hex + EntryExtension);

    public string Blob(Sha256 content) => System.IO.Path.Combine(Blobs, content.Hex[..2], content.Hex);
}
