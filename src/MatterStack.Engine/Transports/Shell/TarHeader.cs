using System.Text;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>Headers of a <c>tar</c> archive in the GNU format, which every <c>tar</c> on a cluster reads.</summary>
/// <remarks>Headers have no owner and no time: the user who unpacks the archive is the owner, and the umask decides about other
/// readers.</remarks>
internal static class TarHeader
{
    /// <summary>Block size in bytes; all lengths are multiples of it.</summary>
    public const int BlockSize = 512;

    private const int NameLength = 100;
    private static readonly byte[] Empty = new byte[BlockSize];

    /// <summary>A block of zeros.</summary>
    public static ReadOnlySpan<byte> Zeros => Empty;

    public static byte[] CreateFileHeader(string name, long length, bool executable) =>
        CreateHeader(Encoding.UTF8.GetBytes(name), length, executable ? "0000777" : "0000666", (byte)'0');

    public static byte[] CreateFolderHeader(string name) => CreateHeader(Encoding.UTF8.GetBytes(name + "/"), 0, "0000777", (byte)'5');

    private static byte[] CreateHeader(byte[] name, long length, string mode, byte type)
    {
        if (name.Length <= NameLength)
        {
            var header = new byte[BlockSize];
            FillBlock(header, name, length, mode, type);
            return header;
        }

        // A long name is in a separate member before the file.
        var blocks = (name.Length + 1 + BlockSize - 1) / BlockSize;
        var all = new byte[(2 + blocks) * BlockSize];
        FillBlock(all.AsSpan(0, BlockSize), "././@LongLink"u8, name.Length + 1, "0000000", (byte)'L');
        name.CopyTo(all.AsSpan(BlockSize));
        FillBlock(all.AsSpan((1 + blocks) * BlockSize), name.AsSpan(0, NameLength), length, mode, type);
        return all;
    }

    private static void FillBlock(Span<byte> header, ReadOnlySpan<byte> name, long length, string mode, byte type)
    {
        name.CopyTo(header);
        Encoding.ASCII.GetBytes(mode, header[100..]);
        "0000000"u8.CopyTo(header[108..]);
        "0000000"u8.CopyTo(header[116..]);
        Encoding.ASCII.GetBytes(Convert.ToString(length, 8).PadLeft(11, '0'), header[124..]);
        "00000000000"u8.CopyTo(header[136..]);
        header[156] = type;
        "ustar  \0"u8.CopyTo(header[257..]);

        // The checksum is the sum of all bytes, with its own bytes counted as blanks.
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0'), header[148..]);
        header[154] = 0;
    }
}
