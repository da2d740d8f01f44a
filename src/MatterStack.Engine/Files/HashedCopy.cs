using System.Buffers;
using System.Security.Cryptography;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Files;

/// <summary>Copies a file and hashes it in the same pass, so that the hash belongs to the written content.</summary>
internal static class HashedCopy
{
    private const int BufferBytes = 1 << 17;
    private const UnixFileMode PermissionMask = (UnixFileMode)0x1ff;

    /// <summary>Copies a file with the mode and the time of its source.</summary>
    /// <returns>Hash and size in bytes of the copy.</returns>
    /// <exception cref="IOException">The source is not a regular file, or a file cannot be opened, read or written.</exception>
    public static (Sha256 Hash, long Size) CopyFile(string from, string to)
    {
        using var source = RegularFile.OpenHandle(from);
        using var target = File.OpenHandle(to, FileMode.Create, FileAccess.Write, FileShare.None);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            // Taken before the read, so that a later change of the source is newer than the copy.
            var changed = FileTime.ReadWriteTime(source).UtcDateTime;
            var size = 0L;
            for (int read; (read = RandomAccess.Read(source, buffer, size)) > 0; size += read)
            {
                hash.AppendData(buffer, 0, read);
                RandomAccess.Write(target, buffer.AsSpan(0, read), size);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, File.GetUnixFileMode(source) & PermissionMask);
            }

            File.SetLastWriteTimeUtc(target, changed);
            return (Sha256.FromDigest(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
