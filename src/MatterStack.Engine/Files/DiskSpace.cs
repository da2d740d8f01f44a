using System.Globalization;
using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>Free and total space of a file system.</summary>
/// <param name="FreeBytes">Bytes that an ordinary user may still write.</param>
/// <param name="TotalBytes">Bytes in all.</param>
/// <param name="FreeInodes">Number of files that can still be created; null if the file system does not count them.</param>
/// <param name="Inodes">Maximum number of files; null if the file system does not count them.</param>
internal sealed partial record DiskSpace(long FreeBytes, long TotalBytes, long? FreeInodes, long? Inodes)
{
    // Less than the blocks of a few files.
    private const long MinFreeBytes = 64 << 10;

    // Larger than struct statvfs of any supported system, in 8-byte words.
    private const int StatBufferLength = 64;

    /// <summary>Whether nothing more can be written.</summary>
    public bool IsFull => TotalBytes > 0 && (FreeBytes < MinFreeBytes || FreeInodes == 0);

    /// <summary>Free and total space for people: <c>0 bytes free of 20 MB</c>.</summary>
    public string Description =>
        FreeInodes == 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"0 of {Inodes} inodes free, {FormatBytes(FreeBytes)} free of {FormatBytes(TotalBytes)}"
            )
            : $"{FormatBytes(FreeBytes)} free of {FormatBytes(TotalBytes)}";

    /// <summary>Space of the file system of a local folder. Returns null if unknown.</summary>
    public static unsafe DiskSpace? FindFor(string folder)
    {
        try
        {
            if (OperatingSystem.IsLinux() && Environment.Is64BitProcess)
            {
                // struct statvfs: block size, unit, blocks, free, free for users, inodes, free, free for users.
                var stat = stackalloc long[StatBufferLength];
                return StatFileSystem(folder, stat) != 0
                    ? null
                    : new DiskSpace(stat[4] * stat[1], stat[2] * stat[1], stat[5] > 0 ? stat[7] : null, stat[5] > 0 ? stat[5] : null);
            }

            var drive = new DriveInfo(folder);
            return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize, null, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Formats a number of bytes for people, in steps of 1024.</summary>
    public static string FormatBytes(long bytes)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1024 && unit < units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatFileSystem(string path, long* stat);
}
