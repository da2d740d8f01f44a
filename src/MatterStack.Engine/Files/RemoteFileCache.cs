using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>
/// Drops this machine's cached view of files that another machine may have written. Some network file systems show old content for seconds,
/// even to a process that opens the file again.
/// </summary>
/// <remarks>Must not be used on a file on which this process holds POSIX locks: closing any descriptor of the file releases them.</remarks>
internal static partial class RemoteFileCache
{
    private const int EmptyPathFlag = 0x1000;
    private const int ForceSyncFlag = 0x2000;
    private const uint BasicStatsMask = 0x7ff;
    private const int StatSize = 256;
    private const int DropPagesAdvice = 4;
    private const int KeepSizeMode = 1;

    // Maximum of GlusterFS's performance.quick-read; its default is 64 KiB.
    private const int MaxCachedBytes = 1 << 20;

    /// <summary>Reads content and size of an open file again from the server.</summary>
    public static unsafe void InvalidateFile(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = (int)handle.DangerousGetHandle();
        // fsync fetches the size from the server, fadvise drops cached pages, statx makes the system use the new size. Each call is
        // optional and may fail.
        _ = LibcFiles.SyncFile(descriptor);
        _ = AdviseAccess(descriptor, 0, 0, DropPagesAdvice);
        var stat = stackalloc byte[StatSize];
        _ = LibcFiles.ReadAttributes(descriptor, "", EmptyPathFlag | ForceSyncFlag, BasicStatsMask, stat);
    }

    /// <summary>The same, if the file system is shared with other machines.</summary>
    /// <param name="handle">The open file.</param>
    /// <param name="folder">A folder on its file system.</param>
    public static void InvalidateIfShared(SafeFileHandle handle, string folder)
    {
        if (OperatingSystem.IsLinux() && FileSystem.FromFolder(folder).IsShared)
        {
            InvalidateFile(handle);
        }
    }

    /// <summary>The same for a path. Does nothing if there is no such file.</summary>
    public static void InvalidateFile(string path)
    {
        if (OperatingSystem.IsLinux() && File.Exists(path))
        {
            using var handle = RegularFile.OpenHandle(path);
            InvalidateFile(handle);
        }
    }

    /// <summary>
    /// The same for a small file on GlusterFS, whose client answers reads from its own cache for one second. The client drops the cache of
    /// a file that this machine writes to, so space is allocated in the file. The content does not change; the file's time may.
    /// </summary>
    /// <returns>False if this process may not write to the file.</returns>
    public static bool TryInvalidateSmallFile(string path)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(path))
        {
            return true;
        }

        var mayWrite = true;
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(handle) <= MaxCachedBytes)
            {
                _ = AllocateSpace((int)handle.DangerousGetHandle(), KeepSizeMode, 0, 1);
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            mayWrite = false;
        }

        InvalidateFile(path);
        return mayWrite;
    }

    /// <summary>
    /// Reads again the entries of a folder, and of the folders on the path below it, if the file system is shared. A missing name is cached
    /// as missing, on NFS for up to a minute; opening its folder refreshes the entries.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="relative">A path below the folder, with forward slashes.</param>
    public static void InvalidateNames(string folder, string relative = "")
    {
        if (!OperatingSystem.IsLinux() || !FileSystem.FromFolder(folder).IsShared)
        {
            return;
        }

        try
        {
            foreach (var segment in relative.Split('/').SkipLast(1).Prepend(""))
            {
                folder = Path.Combine(folder, segment);
                using var names = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
                _ = names.MoveNext();
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // A missing or unreadable folder has no visible entries to refresh.
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int AdviseAccess(int descriptor, nint offset, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int AllocateSpace(int descriptor, int mode, nint offset, nint length);
}
