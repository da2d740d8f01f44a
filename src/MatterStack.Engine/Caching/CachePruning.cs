using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Caching;

/// <summary>Makes a cache smaller while others use it: what they still find is whole, what they do not find is computed.</summary>
/// <param name="folder">The cache.</param>
/// <param name="disk">Where it lies.</param>
/// <param name="clock">Time.</param>
internal sealed class CachePruning(CacheFolder folder, IDisk disk, TimeProvider clock)
{
    // Files come before the entry that names them; one that nobody names may be on its way.
    private static readonly TimeSpan OnItsWay = TimeSpan.FromHours(1);

    /// <summary>Takes away what was not used for some time, then what was not used for longest until the rest is small enough, and what nobody names.</summary>
    /// <param name="maxAge">Results that were not used for so long go; null: none for that.</param>
    /// <param name="maxSize">Bytes that are left at the most; null: any number.</param>
    /// <exception cref="IOException">The cache cannot be looked at, or others do not stop putting in.</exception>
    public PruningResult Prune(TimeSpan? maxAge, long? maxSize)
    {
        using var gate = CacheGate.ToPrune(folder, clock);
        var now = clock.GetUtcNow().UtcDateTime;
        var inventory = CacheInventory.Of(folder, disk);
        var named = new Dictionary<Sha256, int>();
        foreach (var blob in inventory.Entries.SelectMany(e => BlobsOf(e.Entry)))
        {
            named[blob] = named.GetValueOrDefault(blob) + 1;
        }

        var left = inventory.Entries.Sum(e => e.File.Size) + named.Keys.Sum(SizeOf);
        var (entries, blobs, bytes) = (0, 0, 0L);
        foreach (var entry in inventory.Entries.OrderBy(e => e.File.UsedAt).ThenBy(e => e.File.Path, StringComparer.Ordinal))
        {
            if (!(now - entry.File.UsedAt > maxAge) && !(left > maxSize))
            {
                continue;
            }

            // Entries first: whoever has read one and does not find its files looks whether it is still there.
            if (!Delete(entry.File.Path))
            {
                continue;
            }

            (entries, left, bytes) = (entries + 1, left - entry.File.Size, bytes + entry.File.Size);
            foreach (var blob in BlobsOf(entry.Entry).Where(blob => --named[blob] == 0))
            {
                left -= SizeOf(blob);
                if (inventory.Blobs.TryGetValue(blob, out var file) && Retire(file))
                {
                    (blobs, bytes) = (blobs + 1, bytes + file.Size);
                }
            }
        }

        foreach (var stray in inventory.Blobs.Where(b => !named.ContainsKey(b.Key)).Select(b => b.Value).Concat(inventory.Unfinished).Concat(inventory.Damaged))
        {
            if (now - stray.UsedAt > OnItsWay && Retire(stray))
            {
                (blobs, bytes) = (blobs + 1, bytes + stray.Size);
            }
        }

        return new PruningResult(entries, blobs, bytes, CacheInventory.Of(folder, disk));

        long SizeOf(Sha256 blob) => inventory.Blobs.GetValueOrDefault(blob)?.Size ?? 0;
    }

    private static IEnumerable<Sha256> BlobsOf(CacheEntry entry) => entry.Blobs.Select(b => b.Hash).Distinct();

    // Used again since we looked, where others could not be kept out.
    private bool Retire(KnownFile file) => FileTime.Written(file.Path).UtcDateTime <= file.UsedAt && Delete(file.Path);

    private bool Delete(string path)
    {
        try
        {
            disk.DeleteFile(path);
            return true;
        }
        catch (IOException e) when (!DiskTrouble.Is(e))
        {
            // Held open on Windows, or its folder is gone.
            return false;
        }
    }
}

/// <summary>What was taken away, and what is left.</summary>
/// <param name="Entries">Results.</param>
/// <param name="Files">Files of theirs, and what nobody named.</param>
/// <param name="Bytes">Bytes of all that.</param>
/// <param name="Left">What is left.</param>
internal sealed record PruningResult(int Entries, int Files, long Bytes, CacheInventory Left);
