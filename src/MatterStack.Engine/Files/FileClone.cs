using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>A copy that shares its blocks with its source until one of them is written to. XFS, Btrfs and the like make one in no time, whatever its size.</summary>
internal static partial class FileClone
{
    // _IOW(0x94, 9, int) of most processors; where it is another, the call fails and nothing is lost.
    private const nuint Clone = 0x40049409;

    /// <summary>Clones a regular file; false where the file system cannot, or the two lie on different ones. The target is then not there, or empty.</summary>
    /// <exception cref="IOException">The source is no regular file, or one of them cannot be opened.</exception>
    public static bool Try(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var source = RegularFile.Open(from);
        using var target = File.OpenHandle(to, FileMode.Create, FileAccess.Write, FileShare.None);
        return Control(target, Clone, source) == 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle target, nuint request, SafeFileHandle source);
}
