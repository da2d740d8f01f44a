using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Makes a cache smaller while other processes use it. A result that they find is complete; a result that they do not find is
/// computed.</summary>
/// <param name="folder">The cache.</param>
/// <param name="disk">Disk of the cache.</param>
/// <param name="clock">Clock.</param>
internal sealed class CachePruner(CacheFolder folder, IDisk disk, TimeProvider clock)
{
    // Publishing writes files before the entry that refers to them, so a young unreferenced file may belong to a new result.
    private static readonly TimeSpan PublishGracePeriod = TimeSpan.FromHours(1);

    /// <summary>Deletes results that were not used for some time, then the least recently used ones until the rest is small enough, and
    /// unreferenced files.</summary>
    /// <param name="maxAge">Results that were not used for longer are deleted; null: no limit.</param>
    /// <param name="maxSize">Maximum size of the remaining results, in bytes; null: no limit.</param>
    /// <exception cref="IOException">The cache cannot be read, or other processes keep publishing.</exception>
    public PruningResult Prune(TimeSpan? maxAge, long? maxSize)
    {
        using var gate = CacheLock.EnterExclusive(folder, clock);
        var now = clock.GetUtcNow().UtcDateTime;
        var inventory = CacheInventory.ReadFolder(folder, disk);
        var named = new Dictionary<Sha256, int>();
        foreach (var blob in inventory.Entries.SelectMany(e => GetBlobHashes(e.Entry)))
        {
            named[blob] = named.GetValueOrDefault(blob) + 1;
        }

        var left = inventory.Entries.Sum(e => e.File.Size) + named.Keys.Sum(GetSize);
        var (entries, blobs, bytes) = (0, 0, 0L);
        foreach (var entry in inventory.Entries.OrderBy(e => e.File.UsedAt).ThenBy(e => e.File.Path, StringComparer.Ordinal))
        {
            if (!(now - entry.File.UsedAt > maxAge) && !(left > maxSize))
            {
                continue;
            }

            // The entry is deleted first: a reader that does not find its files checks whether the entry still exists.
            if (!TryDelete(entry.File.Path))
            {
                continue;
            }

            (entries, left, bytes) = (entries + 1, left - entry.File.Size, bytes + entry.File.Size);
            foreach (var blob in GetBlobHashes(entry.Entry).Where(blob => --named[blob] == 0))
            {
                left -= GetSize(blob);
                if (inventory.Blobs.TryGetValue(blob, out var file) && DeleteIfUnused(file))
                {
                    (blobs, bytes) = (blobs + 1, bytes + file.Size);
                }
            }
        }

        foreach (
            var stray in inventory
                .Blobs.Where(b => !named.ContainsKey(b.Key))
                .Select(b => b.Value)
                .Concat(inventory.Unfinished)
                .Concat(inventory.Damaged)
        )
        {
            if (now - stray.UsedAt > PublishGracePeriod && DeleteIfUnused(stray))
            {
                (blobs, bytes) = (blobs + 1, bytes + stray.Size);
            }
        }

        return new PruningResult(entries, blobs, bytes, CacheInventory.ReadFolder(folder, disk));

        long GetSize(Sha256 blob) => inventory.Blobs.GetValueOrDefault(blob)?.Size ?? 0;
    }

    private static IEnumerable<Sha256> GetBlobHashes(CacheEntry entry) => entry.AllFiles.Select(b => b.Hash).Distinct();

    // Keeps a file that was used after the inventory was taken. This happens where the lock does not work.
    private bool DeleteIfUnused(InventoryFile file) => FileTime.ReadWriteTime(file.Path).UtcDateTime <= file.UsedAt && TryDelete(file.Path);

    private bool TryDelete(string path)
    {
        try
        {
            disk.DeleteFile(path);
            return true;
        }
        catch (IOException e) when (!DiskErrors.IsDiskError(e))
        {
            // The file is open on Windows, or its folder is gone.
            return false;
        }
    }
}
