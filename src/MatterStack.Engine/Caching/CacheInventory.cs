using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Content of a cache at one time; other processes may change the cache meanwhile.</summary>
internal sealed class CacheInventory
{
    private CacheInventory(IReadOnlyList<KnownEntry> entries, IReadOnlyDictionary<Sha256, KnownFile> blobs, IReadOnlyList<KnownFile> unfinished, IReadOnlyList<KnownFile> damaged) =>
        (Entries, Blobs, Unfinished, Damaged) = (entries, blobs, unfinished, damaged);

    public IReadOnlyList<KnownEntry> Entries { get; }

    public IReadOnlyDictionary<Sha256, KnownFile> Blobs { get; }

    /// <summary>Files that are being written, or that a stopped process has left.</summary>
    public IReadOnlyList<KnownFile> Unfinished { get; }

    /// <summary>Entries that cannot be read.</summary>
    public IReadOnlyList<KnownFile> Damaged { get; }

    /// <summary>Total size in bytes.</summary>
    public long Size => Entries.Sum(e => e.File.Size) + Blobs.Values.Sum(b => b.Size) + Unfinished.Sum(u => u.Size) + Damaged.Sum(d => d.Size);

    /// <summary>Reads the content of a cache. A missing cache is empty.</summary>
    /// <exception cref="IOException">The cache cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache may not be read.</exception>
    public static CacheInventory Of(CacheFolder folder, IDisk disk)
    {
        var unfinished = new List<KnownFile>();
        var damaged = new List<KnownFile>();
        var entries = new List<KnownEntry>();
        foreach (var file in Files(folder.Entries, unfinished))
        {
            if (Read(file, disk) is { } entry)
            {
                entries.Add(new KnownEntry(file, entry));
            }
            else
            {
                damaged.Add(file);
            }
        }

        var blobs = new Dictionary<Sha256, KnownFile>();
        foreach (var file in Files(folder.Blobs, unfinished))
        {
            if (Sha256.TryParse(Path.GetFileName(file.Path), out var hash))
            {
                blobs[hash] = file;
            }
        }

        return new CacheInventory(entries, blobs, unfinished, damaged);
    }

    private static CacheEntry? Read(KnownFile file, IDisk disk)
    {
        try
        {
            return Sha256.TryParse(Path.GetFileNameWithoutExtension(file.Path), out var fingerprint) ? EntryFile.Read(disk.ReadAllBytes(file.Path), fingerprint) : null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<KnownFile> Files(string folder, List<KnownFile> unfinished)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false }))
        {
            KnownFile known;
            try
            {
                known = new KnownFile(file.FullName, file.Length, FileTime.Written(file.FullName).UtcDateTime);
            }
            catch (FileNotFoundException)
            {
                // The file was pruned or renamed meanwhile.
                continue;
            }

            if (file.Name.StartsWith(CacheFolder.UnfinishedMark, StringComparison.Ordinal))
            {
                unfinished.Add(known);
            }
            else
            {
                yield return known;
            }
        }
    }
}

/// <summary>A file of a cache.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Size">Bytes.</param>
/// <param name="UsedAt">Time of last use, UTC. Restoring a result updates it once an hour at most.</param>
internal sealed record KnownFile(string Path, long Size, DateTime UsedAt);

/// <summary>A result of a cache.</summary>
/// <param name="File">Its file.</param>
/// <param name="Entry">Its content.</param>
internal sealed record KnownEntry(KnownFile File, CacheEntry Entry);
