using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>All that lies in a cache, as it was found; others may be changing it meanwhile.</summary>
internal sealed class CacheInventory
{
    private CacheInventory(IReadOnlyList<KnownEntry> entries, IReadOnlyDictionary<Sha256, KnownFile> blobs, IReadOnlyList<KnownFile> unfinished, IReadOnlyList<KnownFile> damaged) =>
        (Entries, Blobs, Unfinished, Damaged) = (entries, blobs, unfinished, damaged);

    public IReadOnlyList<KnownEntry> Entries { get; }

    public IReadOnlyDictionary<Sha256, KnownFile> Blobs { get; }

    /// <summary>What is just being written, or was left by one who was stopped.</summary>
    public IReadOnlyList<KnownFile> Unfinished { get; }

    /// <summary>Entries that cannot be read.</summary>
    public IReadOnlyList<KnownFile> Damaged { get; }

    /// <summary>Bytes of all of it.</summary>
    public long Size => Entries.Sum(e => e.File.Size) + Blobs.Values.Sum(b => b.Size) + Unfinished.Sum(u => u.Size) + Damaged.Sum(d => d.Size);

    /// <summary>Looks at a cache; one that is not there is empty.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
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
                // Pruned, or given its name, while it was looked at.
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
/// <param name="Path">Where it is.</param>
/// <param name="Size">Bytes.</param>
/// <param name="UsedAt">When it was last used, UTC: results that are taken out are marked once an hour at the most.</param>
internal sealed record KnownFile(string Path, long Size, DateTime UsedAt);

/// <summary>A result of a cache.</summary>
/// <param name="File">Its file.</param>
/// <param name="Entry">What it says.</param>
internal sealed record KnownEntry(KnownFile File, CacheEntry Entry);
