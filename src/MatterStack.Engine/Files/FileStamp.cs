using System.Globalization;

namespace MatterStack.Engine.Files;

/// <summary>
/// Metadata of a file that identifies its content without reading it. Equal stamps mean equal content, if the stamp is older than the
/// check.
/// </summary>
/// <param name="Text">Size, inode, mode and times of content and inode, for comparison.</param>
/// <param name="ChangedAt">Last change of content or inode, by the file system's clock.</param>
/// <param name="InodeChangedAt">Last change of the inode; programs cannot set this time.</param>
internal readonly record struct FileStamp(string Text, DateTimeOffset ChangedAt, DateTimeOffset InodeChangedAt)
{
    private const int CurrentFolder = -100;
    private const uint BasicStatsMask = 0x7ff;
    private const int StatSize = 256;

    /// <summary>The stamp of a file; links are followed. Returns null if the file is missing or the system has no stamps.</summary>
    public static FileStamp? FindStamp(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? ReadOnLinux(path) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // The C library is older than 2018 and has no statx.
            return null;
        }
    }

    private static unsafe FileStamp? ReadOnLinux(string path)
    {
        var bytes = stackalloc byte[StatSize];
        if (
            LibcFiles.ReadAttributes(CurrentFolder, path, 0, BasicStatsMask, bytes) != 0
            || (*(uint*)bytes & BasicStatsMask) != BasicStatsMask
        )
        {
            return null;
        }

        var (changed, written) = (ReadTime(bytes + 96), ReadTime(bytes + 112));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{*(long*)(bytes + 40)} {*(ulong*)(bytes + 32)} {*(ushort*)(bytes + 28)} {changed.Seconds}.{changed.Nano} {written.Seconds}."
                + $"{written.Nano}"
        );
        return new FileStamp(text, GetNextSecond(Math.Max(changed.Seconds, written.Seconds)), GetNextSecond(changed.Seconds));
    }

    // Rounds up to the next second, clamped to the range of DateTimeOffset.
    private static DateTimeOffset GetNextSecond(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(
            Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 1) + 1
        );

    private static unsafe (long Seconds, uint Nano) ReadTime(byte* at) => (*(long*)at, *(uint*)(at + 8));
}
