using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>
/// Copies a file as a clone, which shares its blocks with the source until one of them is written. XFS, Btrfs and similar file systems
/// clone files of any size at once.
/// </summary>
internal static partial class FileClone
{
    // FICLONE: _IOW(0x94, 9, int) on most processors. On others the call fails, and the caller copies instead.
    private const nuint CloneRequest = 0x40049409;

    /// <summary>
    /// Clones a regular file. Returns false if the file system does not support it, or if source and target are on different file systems;
    /// the target is then missing or empty.
    /// </summary>
    /// <exception cref="IOException">The source is not a regular file, or source or target cannot be opened.</exception>
    public static bool TryClone(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var source = RegularFile.OpenHandle(from);
        using var target = File.OpenHandle(to, FileMode.Create, FileAccess.Write, FileShare.None);
        return ControlDevice(target, CloneRequest, source) == 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ControlDevice(SafeFileHandle target, nuint request, SafeFileHandle source);
}
