using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Caching;

/// <summary>Stores files of results, each under the hash of its content. A file is hashed when it is added and when it is
/// restored.</summary>
/// <remarks>Files are cloned if the file system can do it, otherwise copied. Hard links are not used: writing to a run's output would
/// change the cache (root ignores the read-only mode).</remarks>
internal sealed class BlobStore(CacheFolder folder, IDisk disk, TimeProvider clock)
{
    // Bytes. A file up to this size is read whole, hashed and written: fewer system calls than a copy in pieces.
    private const int MaxSmallFileBytes = 256 << 10;

    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string MissingText = "it is missing";

    private readonly CachePermissions _permissions = new(folder);
    private bool _cannotClone;

    /// <summary>Restores a blob as an output file of a task.</summary>
    /// <param name="file">Expected content.</param>
    /// <param name="target">Path of the restored file.</param>
    /// <param name="grantReading">Whether missing read permissions of the blob are granted to others.</param>
    /// <returns>The damage of the blob; null if there is none.</returns>
    /// <exception cref="IOException">The target cannot be written.</exception>
    public CacheDamage? RestoreFile(CachedFile file, string target, bool grantReading)
    {
        var blob = folder.GetBlobPath(file.Hash);
        if (!disk.FileExists(blob))
        {
            return new CacheDamage(blob, MissingText);
        }

        if ((file.Size <= MaxSmallFileBytes ? CopySmall(blob, target, file) : CopyLarge(blob, target, file)) is { } wrong)
        {
            var denied = AccessDenial.FindReadDenial(blob);
            return new CacheDamage(blob, denied ?? wrong) { IsBlob = wrong != MissingText, IsDenied = denied is not null };
        }

        if (grantReading)
        {
            _permissions.GrantReading(blob);
        }

        RestorePermissions(target, file);
        return null;
    }

    /// <summary>Adds a file, unless the store has it.</summary>
    /// <param name="file">Expected content.</param>
    /// <param name="source">Path from which it is read.</param>
    /// <param name="content">Its content; null if it must be read from <paramref name="source"/>.</param>
    /// <exception cref="IOException">The store cannot be written, or the source has changed since it was recorded.</exception>
    public void AddFile(CachedFile file, string source, byte[]? content)
    {
        var blob = folder.GetBlobPath(file.Hash);
        // A blob of the right size is assumed to be right, because every reader checks its hash. An unreadable blob is replaced.
        if (
            new FileInfo(blob) is { Exists: true } known
            && known.Length == file.Size
            && AccessDenial.FindReadDenial(blob) is null
            && UpdateLastUse(blob, TimeSpan.Zero)
        )
        {
            _permissions.GrantReading(blob);
            return;
        }

        if (content is not null || file.Size <= MaxSmallFileBytes)
        {
            var bytes = content ?? ReadVerified(source, file, out var wrong) ?? throw new IOException($"{source}: {wrong}");
            WriteAtomically(blob, unfinished => disk.WriteAllBytes(unfinished, bytes), file);
        }
        else
        {
            WriteAtomically(blob, unfinished => CopyVerified(source, unfinished), file);
        }

        void CopyVerified(string from, string to)
        {
            if (CopyAndHash(from, to) != (file.Hash, file.Size))
            {
                throw new IOException($"{from}: its content has changed");
            }
        }
    }

    /// <summary>Writes a file atomically.</summary>
    public void WriteFile(string path, byte[] content) =>
        WriteAtomically(path, unfinished => disk.WriteAllBytes(unfinished, content), null);

    /// <summary>Updates the time of last use. Pruning keeps files that were used recently.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unlessYounger">The time is updated only if it is older than this.</param>
    /// <returns>Whether the file exists.</returns>
    public bool UpdateLastUse(string path, TimeSpan unlessYounger)
    {
        try
        {
            var now = clock.GetUtcNow().UtcDateTime;
            if (unlessYounger == TimeSpan.Zero || now - FileTime.ReadWriteTime(path).UtcDateTime > unlessYounger)
            {
                File.SetLastWriteTimeUtc(path, now);
            }

            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The file has just been pruned.
            return false;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file belongs to another user.
            return true;
        }
    }

    public void TryDelete(string path)
    {
        try
        {
            disk.DeleteFile(path);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file stays, and the next reader finds it damaged again.
        }
    }

    private void WriteAtomically(string path, Action<string> write, CachedFile? blob)
    {
        var place = Path.GetDirectoryName(path)!;
        _permissions.CreateFolder(place);
        var unfinished = Path.Combine(place, CacheFolder.UnfinishedPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            write(unfinished);
            _permissions.ApplyPermissions(unfinished, blob is not null);
            // A copy in pieces keeps the time of its source.
            UpdateLastUse(unfinished, TimeSpan.Zero);
            disk.MoveFile(unfinished, path);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            TryDelete(unfinished);
            throw;
        }
    }

    // Returns what is wrong with the blob. Errors of the target are thrown.
    private string? CopySmall(string blob, string target, CachedFile file)
    {
        if (ReadVerified(blob, file, out var wrong) is not { } bytes)
        {
            return wrong;
        }

        disk.WriteAllBytes(target, bytes);
        return null;
    }

    private string? CopyLarge(string blob, string target, CachedFile file)
    {
        try
        {
            var length = new FileInfo(blob).Length;
            return length != file.Size ? DescribeSizeMismatch(length, file)
                : CopyAndHash(blob, target) == (file.Hash, file.Size) ? null
                : "its content has changed";
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Which side failed: the blob or the target? A blob that can be read completely is intact.
            if (FindReadError(blob) is { } why)
            {
                return why;
            }

            throw;
        }
    }

    private (Sha256 Hash, long Size) CopyAndHash(string from, string to)
    {
        if (!_cannotClone && FileClone.TryClone(from, to))
        {
            using var clone = disk.OpenRead(to);
            return (Sha256.ComputeHash(clone), clone.Length);
        }

        _cannotClone = true;
        return disk.CopyHashed(from, to);
    }

    private static byte[]? ReadVerified(string path, CachedFile file, out string? wrong)
    {
        try
        {
            using var handle = RegularFile.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            if (length != file.Size)
            {
                wrong = DescribeSizeMismatch(length, file);
                return null;
            }

            var bytes = new byte[length];
            var read = 0;
            int more;
            while (read < bytes.Length && (more = RandomAccess.Read(handle, bytes.AsSpan(read), read)) > 0)
            {
                read += more;
            }

            wrong = read == bytes.Length && Sha256.ComputeHash(bytes) == file.Hash ? null : "its content has changed";
            return wrong is null ? bytes : null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            wrong = DescribeError(e);
            return null;
        }
    }

    private string? FindReadError(string path)
    {
        try
        {
            using var stream = disk.OpenRead(path);
            _ = Sha256.ComputeHash(stream);
            return null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return DescribeError(e);
        }
    }

    private static string DescribeError(Exception e) => e is FileNotFoundException or DirectoryNotFoundException ? MissingText : e.Message;

    // Restores the permissions of the original file: a private file stays private, and an executable one stays executable.
    private static void RestorePermissions(string target, CachedFile file)
    {
        const UnixFileMode All = (UnixFileMode)0x1ff;
        const UnixFileMode Usual = ReadableByAll | UnixFileMode.UserWrite;
        if (!OperatingSystem.IsWindows() && (file.Size > MaxSmallFileBytes || (file.Mode != 0 && (UnixFileMode)file.Mode != Usual)))
        {
            File.SetUnixFileMode(
                target,
                (file.Mode == 0 ? Usual : (UnixFileMode)file.Mode & All) | UnixFileMode.UserRead | UnixFileMode.UserWrite
            );
        }
    }

    private static string DescribeSizeMismatch(long length, CachedFile file) =>
        $"it has {CountText.FormatCount(length, "byte")} instead of {file.Size}";
}
