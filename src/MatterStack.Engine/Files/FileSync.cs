using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>Flushes files and folder entries to the disk, so that they survive a power cut.</summary>
/// <remarks>Does nothing on Windows: folders cannot be flushed there, and files are left to the system.</remarks>
internal static partial class FileSync
{
    // Flushing one file takes some milliseconds; above this number of files one flush of the whole file system is cheaper.
    private const int MaxSingleFlushes = 32;

    private const int ReadOnly = 0;
    private const int InvalidArgument = 22;

    /// <summary>Flushes a folder and everything in it.</summary>
    /// <exception cref="IOException">The disk reported an error.</exception>
    public static void FlushTree(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var inside = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).ToList();
        if (inside.Count > MaxSingleFlushes && OperatingSystem.IsLinux())
        {
            FlushPath(folder, SyncFileSystem);
            return;
        }

        // Deepest paths first: a folder entry is flushed after the file that it names.
        foreach (var path in inside.OrderByDescending(path => path.Length).Append(folder))
        {
            FlushPath(path, LibcFiles.SyncFile);
        }
    }

    /// <summary>Flushes the entries of a folder.</summary>
    /// <exception cref="IOException">The disk reported an error.</exception>
    public static void FlushNames(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            FlushPath(folder, LibcFiles.SyncFile);
        }
    }

    private static void FlushPath(string path, Func<int, int> flush)
    {
        var fd = LibcFiles.OpenPath(path, ReadOnly, 0);
        if (fd < 0)
        {
            throw CreateException(path);
        }

        try
        {
            // Some file systems answer EINVAL if a folder needs no flush.
            if (flush(fd) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw CreateException(path);
            }
        }
        finally
        {
            _ = LibcFiles.CloseDescriptor(fd);
        }
    }

    private static IOException CreateException(string path) =>
        new($"{Marshal.GetLastPInvokeErrorMessage()} : '{path}'", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(int fd);
}
