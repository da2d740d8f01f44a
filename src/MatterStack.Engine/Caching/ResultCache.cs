using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Caching;

/// <summary>Finds known results, takes them out and puts new ones in. Any number of processes may do so in one folder at a time.</summary>
/// <remarks>Whatever is taken out is hashed first: what is damaged is a miss and never a result. So nothing that is put in waits for the disk; what a power cut leaves of it is found when it is used.</remarks>
internal sealed class ResultCache(CacheSettings settings, IDisk disk, TimeProvider clock)
{
    // When a result was last used is known to this; more would be a write for each hit.
    private static readonly TimeSpan Touched = TimeSpan.FromHours(1);

    // A file that is missing may be on its way back: somebody prunes and somebody else puts the same result in.
    private const int Tries = 3;

    private readonly CacheFolder _folder = new(settings.Folder);
    private readonly BlobStore _blobs = new(new CacheFolder(settings.Folder), disk, clock);

    /// <summary>Whether results may be put in, and damaged ones removed.</summary>
    public bool IsWritable => settings.Mode == CacheMode.ReadWrite;

    /// <summary>Whether nothing was ever put in: nobody need look then.</summary>
    public bool IsEmpty => !disk.DirectoryExists(_folder.Entries);

    /// <summary>The entry of a fingerprint, if there is a whole one. Its files have not been looked at.</summary>
    /// <param name="fingerprint">What is looked for.</param>
    /// <param name="damage">What is wrong with the one there is; null if nothing is.</param>
    public CacheEntry? Find(Sha256 fingerprint, out CacheDamage? damage)
    {
        damage = null;
        var path = _folder.Entry(fingerprint);
        if (!disk.FileExists(path))
        {
            return null;
        }

        try
        {
            return EntryFile.Read(disk.ReadAllBytes(path), fingerprint);
        }
        catch (FileNotFoundException)
        {
            // Pruned just now.
            return null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            damage = Remove(Denial.OfReading(path) is { } denied ? new CacheDamage(path, denied) { IsDenied = true } : new CacheDamage(path, e.Message), path);
            return null;
        }
    }

    /// <summary>Puts the files of an entry where a task would have left them.</summary>
    /// <param name="entry">What was found.</param>
    /// <param name="attemptFolder">Folder of the attempt; what lies there goes.</param>
    /// <returns>What is wrong with the entry; null: all is in place.</returns>
    /// <exception cref="IOException">The run's folder cannot be written.</exception>
    public CacheDamage? TakeOut(CacheEntry entry, string attemptFolder)
    {
        if (disk.DirectoryExists(attemptFolder))
        {
            disk.DeleteDirectory(attemptFolder);
        }

        var work = Path.Combine(attemptFolder, "work");
        disk.CreateDirectory(work);
        var path = _folder.Entry(entry.Fingerprint.Hash);
        for (var tries = 1; (TakeOut(entry.Files, work) ?? TakeOut(entry.Logs, attemptFolder)) is { } damage; tries++)
        {
            // Whoever prunes takes the entry first; that is no damage.
            if (!disk.FileExists(path))
            {
                return damage with { IsPruned = true };
            }

            if (damage.IsBlob || tries == Tries)
            {
                return Remove(damage, path);
            }
        }

        if (IsWritable)
        {
            _blobs.Touch(path, Touched);
        }

        return null;
    }

    /// <summary>Puts a result in. An entry that is there already stays, unless it is to be replaced.</summary>
    /// <param name="entry">What was computed.</param>
    /// <param name="workFolder">Where its files are.</param>
    /// <param name="contentOf">Content of a file or log that is not to be read from there; null: it is.</param>
    /// <param name="replace">Whether it takes the place of another result of the same fingerprint.</param>
    /// <returns>What is worth telling; null if nothing is.</returns>
    /// <exception cref="IOException">The cache cannot be written, or a file is no longer what was recorded.</exception>
    public Problem? Publish(CacheEntry entry, string workFolder, Func<string, byte[]?> contentOf, bool replace)
    {
        using var gate = CacheGate.ToPutIn(_folder, clock);
        var path = _folder.Entry(entry.Fingerprint.Hash);
        var known = Find(entry.Fingerprint.Hash, out _);
        var differs = known is not null && !known.HasSameFiles(entry);
        if (known is null || (differs && replace))
        {
            foreach (var file in entry.Blobs)
            {
                _blobs.Put(file, Path.Combine(workFolder, file.Path), contentOf(file.Path));
            }

            _blobs.Write(path, EntryFile.Write(entry));
        }
        else
        {
            _blobs.Touch(path, Touched);
        }

        return differs ? Problem.Of(CacheCodes.NotReproducible,
            $"Task '{entry.Origin.TaskId}' left other outputs than with the same fingerprint in run {known!.Origin.RunId}; the cache has the {(replace ? "new" : "earlier")} ones").AsWarning() : null;
    }

    private CacheDamage? TakeOut(IReadOnlyList<CachedFile> files, string folder)
    {
        foreach (var file in files)
        {
            var target = Path.Combine(folder, file.Path);
            if (file.Path.Contains('/', StringComparison.Ordinal))
            {
                disk.CreateDirectory(Path.GetDirectoryName(target)!);
            }

            if (_blobs.TakeOut(file, target, IsWritable) is { } damage)
            {
                return damage;
            }
        }

        return null;
    }

    private CacheDamage Remove(CacheDamage damage, string entry)
    {
        if (IsWritable)
        {
            _blobs.TryDelete(entry);
            if (damage.IsBlob)
            {
                _blobs.TryDelete(damage.File);
            }
        }

        return damage;
    }
}

/// <summary>Why a cached result cannot be used.</summary>
/// <param name="File">The file of the cache that it is about.</param>
/// <param name="Why">What is wrong with it.</param>
internal sealed record CacheDamage(string File, string Why)
{
    /// <summary>Whether it is about a blob that is there; otherwise it is missing, or the entry is what is damaged.</summary>
    public bool IsBlob { get; init; }

    /// <summary>Whether it may not be read by this user; then it is as it was written, as far as anybody knows.</summary>
    public bool IsDenied { get; init; }

    /// <summary>Whether somebody is just pruning the cache, which is no damage.</summary>
    public bool IsPruned { get; init; }
}
