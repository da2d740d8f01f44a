using System.Buffers.Binary;
using System.IO.Compression;
using MatterStack.Engine.Evidence.Bundle;

namespace MatterStack.Engine.Evidence.Verification;

/// <summary>
/// Refuses archives that would exhaust disk, memory or time: huge directories, overlapping entries, and content far larger than the
/// archive.
/// </summary>
internal static class ZipLimits
{
    private const uint EndRecordSignature = 0x06054b50;
    private const int EndRecordBytes = 22;
    private const int MaxCommentBytes = 0xffff;

    /// <summary>Checks the size of the directory, before the directory is read.</summary>
    /// <exception cref="InvalidDataException">The archive exceeds a limit.</exception>
    public static void CheckDirectory(Stream file)
    {
        var end = new byte[Math.Min(file.Length, EndRecordBytes + MaxCommentBytes)];
        file.Seek(-end.Length, SeekOrigin.End);
        file.ReadExactly(end);
        for (var at = end.Length - EndRecordBytes; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at)) == EndRecordSignature)
            {
                // A zip64 archive has the size elsewhere; then everything after the files is the upper bound.
                var size = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at + 12));
                var start = BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(at + 16));
                var directory =
                    start == uint.MaxValue
                        ? size == uint.MaxValue
                            ? file.Length
                            : size
                        : file.Length - start;
                if (directory > UntrustedBundleLimits.MaxDirectoryBytes)
                {
                    throw new InvalidDataException($"its directory has more than {UntrustedBundleLimits.MaxDirectoryBytes >> 20} MiB");
                }

                break;
            }
        }

        file.Position = 0;
    }

    /// <summary>Checks the sizes of all entries, before an entry is read.</summary>
    /// <exception cref="InvalidDataException">The archive exceeds a limit.</exception>
    public static void CheckEntries(ZipArchive zip, long archive)
    {
        Int128 packed = 0;
        Int128 unpacked = 0;
        foreach (var entry in zip.Entries)
        {
            packed += entry.CompressedLength;
            unpacked += entry.Length;
        }

        if (packed > archive)
        {
            throw new InvalidDataException("its entries overlap");
        }

        if (unpacked > UntrustedBundleLimits.MaxUnpackedBytes + (Int128)archive * UntrustedBundleLimits.MaxPackingRatio)
        {
            throw new InvalidDataException($"its {archive >> 10} KiB would unpack to {unpacked >> 20} MiB");
        }
    }
}
