using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Content of a cache at one time; other processes may change the cache meanwhile.</summary>
internal sealed class CacheInventory
{
    private CacheInventory(
        IReadOnlyList<InventoryEntry> entries,
        IReadOnlyDictionary<Sha256, InventoryFile> blobs,
        IReadOnlyList<InventoryFile> unfinished,
        IReadOnlyList<InventoryFile> damaged
    ) => (Entries, Blobs, Unfinished, Damaged) = (entries, blobs, unfinished, damaged);

    public IReadOnlyList<InventoryEntry> Entries { get; }

    public IReadOnlyDictionary<Sha256, InventoryFile> Blobs { get; }

    /// <summary>Files that are being written, or that a stopped process has left.</summary>
    public IReadOnlyList<InventoryFile> Unfinished { get; }

    /// <summary>Entries that cannot be read.</summary>
    public IReadOnlyList<InventoryFile> Damaged { get; }

    /// <summary>Total size in bytes.</summary>
    public long SizeBytes =>
        Entries.Sum(e => e.File.Size) + Blobs.Values.Sum(b => b.Size) + Unfinished.Sum(u => u.Size) + Damaged.Sum(d => d.Size);

    /// <summary>Reads the content of a cache. A missing cache is empty.</summary>
    /// <exception cref="IOException">The cache cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache may not be read.</exception>
    public static CacheInventory ReadFolder(CacheFolder folder, IDisk disk)
    {
        var unfinished = new List<InventoryFile>();
        var damaged = new List<InventoryFile>();
        var entries = new List<InventoryEntry>();
        foreach (var file in ListFiles(folder.EntriesFolder, unfinished))
        {
            if (ReadEntry(file, disk) is { } entry)
            {
                entries.Add(new InventoryEntry(file, entry));
            }
            else
            {
                damaged.Add(file);
            }
        }

        var blobs = new Dictionary<Sha256, InventoryFile>();
        foreach (var file in ListFiles(folder.BlobsFolder, unfinished))
        {
            if (Sha256.TryParse(Path.GetFileName(file.Path), out var hash))
            {
                blobs[hash] = file;
            }
        }

        return new CacheInventory(entries, blobs, unfinished, damaged);
    }

    private static CacheEntry? ReadEntry(InventoryFile file, IDisk disk)
    {
        try
        {
            return Sha256.TryParse(Path.GetFileNameWithoutExtension(file.Path), out var fingerprint)
                ? CacheEntryFile.Read(disk.ReadAllBytes(file.Path), fingerprint)
                : null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<InventoryFile> ListFiles(string folder, List<InventoryFile> unfinished)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (
            var file in new DirectoryInfo(folder).EnumerateFiles(
                "*",
                new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    AttributesToSkip = FileAttributes.ReparsePoint,
                    IgnoreInaccessible = false,
                }
            )
        )
        {
            InventoryFile known;
            try
            {
                known = new InventoryFile(file.FullName, file.Length, FileTime.ReadWriteTime(file.FullName).UtcDateTime);
            }
            catch (FileNotFoundException)
            {
                // The file was pruned or renamed meanwhile.
                continue;
            }

            if (file.Name.StartsWith(CacheFolder.UnfinishedPrefix, StringComparison.Ordinal))
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
