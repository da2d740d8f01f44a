using System.Buffers;
using System.Security.Cryptography;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Files;

/// <summary>Copies a file and hashes what it copies, in one pass: what the hash is of is what was written.</summary>
internal static class HashedCopy
{
    private const int Piece = 1 << 17;
    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;

    /// <summary>The copy has the mode and the time of its source.</summary>
    /// <returns>Hash and size in bytes of the copy.</returns>
    /// <exception cref="IOException">The source is no regular file, or one of them cannot be opened, read or written.</exception>
    public static (Sha256 Hash, long Size) Copy(string from, string to)
    {
        using var source = RegularFile.Open(from);
        using var target = File.OpenHandle(to, FileMode.Create, FileAccess.Write, FileShare.None);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            // Before it is read: what changes from then on is newer than the copy.
            var changed = FileTime.Written(source).UtcDateTime;
            var size = 0L;
            for (int read; (read = RandomAccess.Read(source, buffer, size)) > 0; size += read)
            {
                hash.AppendData(buffer, 0, read);
                RandomAccess.Write(target, buffer.AsSpan(0, read), size);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, File.GetUnixFileMode(source) & Permissions);
            }

            File.SetLastWriteTimeUtc(target, changed);
            return (Sha256.OfDigest(hash.GetHashAndReset()), size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
