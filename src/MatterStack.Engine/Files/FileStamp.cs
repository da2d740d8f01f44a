using System.Globalization;
using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>What a file system knows of a file without reading it: as long as it is the same, and older than the look at it, so is the content.</summary>
/// <param name="Text">Size, inode, mode and times of content and inode, to be compared.</param>
/// <param name="ChangedAt">When content or inode was last changed, by the file system's clock.</param>
/// <param name="InodeAt">When the inode was last changed, which nobody can set.</param>
internal readonly partial record struct FileStamp(string Text, DateTimeOffset ChangedAt, DateTimeOffset InodeAt)
{
    private const int CurrentFolder = -100;
    private const uint BasicStats = 0x7ff;
    private const int Size = 256;

    /// <summary>The stamp of a file, links followed; null where the system does not tell, or there is none.</summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() ? OnLinux(path) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }
    }

    private static unsafe FileStamp? OnLinux(string path)
    {
        var bytes = stackalloc byte[Size];
        if (Query(CurrentFolder, path, 0, BasicStats, bytes) != 0 || (*(uint*)bytes & BasicStats) != BasicStats)
        {
            return null;
        }

        var (changed, written) = (Time(bytes + 96), Time(bytes + 112));
        var text = string.Create(CultureInfo.InvariantCulture, $"{*(long*)(bytes + 40)} {*(ulong*)(bytes + 32)} {*(ushort*)(bytes + 28)} {changed.Seconds}.{changed.Nano} {written.Seconds}.{written.Nano}");
        return new FileStamp(text, At(Math.Max(changed.Seconds, written.Seconds)), At(changed.Seconds));
    }

    // The second after it, as far as there are years for it.
    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 1) + 1);

    private static unsafe (long Seconds, uint Nano) Time(byte* at) => (*(long*)at, *(uint*)(at + 8));

    // Its result has the same form on every processor, which that of stat has not.
    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Query(int folder, string path, int flags, uint mask, byte* result);
}
