using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Caching;

/// <summary>Finds, restores and publishes cached results. Any number of processes can use one folder at a time.</summary>
/// <remarks>Every file is hashed when it is restored, so a damaged result is a cache miss. Publishing therefore does not wait for the disk:
/// a file that a power cut has damaged is found when it is used.</remarks>
internal sealed class ResultCache(CacheSettings settings, IDisk disk, TimeProvider clock)
{
    // Precision of the time of last use. A finer one would cost a write for each cache hit.
    private static readonly TimeSpan LastUsePrecision = TimeSpan.FromHours(1);

    // A missing file may come back: one process prunes a result while another process publishes the same result.
    private const int MaxTries = 3;

    private readonly CacheFolder _folder = new(settings.Folder);
    private readonly BlobStore _blobs = new(new CacheFolder(settings.Folder), disk, clock);

    /// <summary>Whether results may be published and damaged ones removed.</summary>
    public bool IsWritable => settings.Mode == CacheMode.ReadWrite;

    /// <summary>Whether no result was ever published. No lookup is needed then.</summary>
    public bool IsEmpty => !disk.DirectoryExists(_folder.EntriesFolder);

    /// <summary>Finds the entry of a fingerprint; null if there is no intact one. Its files are not checked.</summary>
    /// <param name="fingerprint">Fingerprint of the task.</param>
    /// <param name="damage">The damage of the entry; null if there is none.</param>
    public CacheEntry? FindEntry(Sha256 fingerprint, out CacheDamage? damage)
    {
        damage = null;
        var path = _folder.GetEntryPath(fingerprint);
        if (!disk.FileExists(path))
        {
            return null;
        }

        try
        {
            return CacheEntryFile.Read(disk.ReadAllBytes(path), fingerprint);
        }
        catch (FileNotFoundException)
        {
            // The entry has just been pruned.
            return null;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            damage = RemoveDamaged(
                AccessDenial.FindReadDenial(path) is { } denied
                    ? new CacheDamage(path, denied) { IsDenied = true }
                    : new CacheDamage(path, e.Message),
                path
            );
            return null;
        }
    }

    /// <summary>Finds a file of an entry that the cache does not have. Contents are not checked. Returns null if all are
    /// there.</summary>
    public CacheDamage? FindMissingFile(CacheEntry entry) =>
        entry.AllFiles.Select(file => _folder.GetBlobPath(file.Hash)).FirstOrDefault(blob => !disk.FileExists(blob)) is { } missing
            ? new CacheDamage(missing, "it is missing")
            : null;

    /// <summary>Restores the files of an entry into the folder of an attempt.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="attemptFolder">Folder of the attempt; its previous content is deleted.</param>
    /// <returns>The damage of the entry; null if all files are restored.</returns>
    /// <exception cref="IOException">The run's folder cannot be written.</exception>
    public CacheDamage? RestoreFiles(CacheEntry entry, string attemptFolder)
    {
        if (disk.DirectoryExists(attemptFolder))
        {
            disk.DeleteDirectory(attemptFolder);
        }

        var work = Path.Combine(attemptFolder, AttemptLayout.WorkFolder);
        disk.CreateDirectory(work);
        var path = _folder.GetEntryPath(entry.Fingerprint.Hash);
        for (var tries = 1; (RestoreFiles(entry.Files, work) ?? RestoreFiles(entry.Logs, attemptFolder)) is { } damage; tries++)
        {
            // Pruning deletes the entry first, so a missing file of a missing entry is no damage.
            if (!disk.FileExists(path))
            {
                return damage with { IsPruned = true };
            }

            if (damage.IsBlob || tries == MaxTries)
            {
                return RemoveDamaged(damage, path);
            }
        }

        if (IsWritable)
        {
            _blobs.UpdateLastUse(path, LastUsePrecision);
        }

        return null;
    }

    /// <summary>Publishes a result. An existing entry is kept, unless its files differ and <paramref name="replace"/> is set.</summary>
    /// <param name="entry">The computed result.</param>
    /// <param name="workFolder">Folder of its files.</param>
    /// <param name="contentOf">Returns the content of a file or log; null if it must be read from <paramref name="workFolder"/>.</param>
    /// <param name="replace">Whether it replaces a different result of the same fingerprint.</param>
    /// <returns>A warning; null if there is none.</returns>
    /// <exception cref="IOException">The cache cannot be written, or a file is no longer what was recorded.</exception>
    public Problem? PublishResult(CacheEntry entry, string workFolder, Func<string, byte[]?> contentOf, bool replace)
    {
        using var gate = CacheLock.EnterShared(_folder, clock);
        var path = _folder.GetEntryPath(entry.Fingerprint.Hash);
        var known = FindEntry(entry.Fingerprint.Hash, out _);
        var differs = known is not null && !known.HasSameFiles(entry);
        if (known is null || (differs && replace))
        {
            foreach (var file in entry.AllFiles)
            {
                _blobs.AddFile(file, Path.Combine(workFolder, file.Path), contentOf(file.Path));
            }

            _blobs.WriteFile(path, CacheEntryFile.Write(entry));
        }
        else
        {
            _blobs.UpdateLastUse(path, LastUsePrecision);
        }

        return differs
            ? Problem
                .Create(
                    CacheCodes.NotReproducible,
                    $"The outputs of task '{entry.Origin.TaskId}' differ from those of run {known!.Origin.RunId} with the same "
                        + $"fingerprint; "
                        + $"the cache keeps the {(replace ? "new" : "earlier")} ones"
                )
                .AsWarning()
            : null;
    }

    private CacheDamage? RestoreFiles(IReadOnlyList<CachedFile> files, string folder)
    {
        foreach (var file in files)
        {
            var target = Path.Combine(folder, file.Path);
            if (file.Path.Contains('/', StringComparison.Ordinal))
            {
                disk.CreateDirectory(Path.GetDirectoryName(target)!);
            }

            if (_blobs.RestoreFile(file, target, IsWritable) is { } damage)
            {
                return damage;
            }
        }

        return null;
    }

    private CacheDamage RemoveDamaged(CacheDamage damage, string entry)
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
