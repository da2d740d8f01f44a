using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>
/// Drops this machine's cached view of files that another machine may have written. Some network file systems show old content for seconds,
/// even to a process that opens the file again.
/// </summary>
/// <remarks>Must not be used on a file on which this process holds POSIX locks: closing any descriptor of the file releases them.</remarks>
internal static partial class FreshView
{
    private const int ThisDescriptor = 0x1000;
    private const int AskTheServer = 0x2000;
    private const uint BasicStats = 0x7ff;
    private const int StatSize = 256;
    private const int NoMorePages = 4;
    private const int KeepSize = 1;
    // Maximum of GlusterFS's performance.quick-read; its default is 64 KiB.
    private const int LargestRemembered = 1 << 20;

    /// <summary>Reads content and size of an open file again from the server.</summary>
    public static unsafe void Renew(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = (int)handle.DangerousGetHandle();
        // fsync fetches the size from the server, fadvise drops cached pages, statx makes the system use the new size. Each call is
        // optional and may fail.
        _ = Sync(descriptor);
        _ = Advise(descriptor, 0, 0, NoMorePages);
        var stat = stackalloc byte[StatSize];
        _ = Query(descriptor, "", ThisDescriptor | AskTheServer, BasicStats, stat);
    }

    /// <summary>The same, if the file system is shared with other machines.</summary>
    /// <param name="handle">The open file.</param>
    /// <param name="folder">A folder on its file system.</param>
    public static void RenewIfShared(SafeFileHandle handle, string folder)
    {
        if (OperatingSystem.IsLinux() && FileSystem.Of(folder).IsShared)
        {
            Renew(handle);
        }
    }

    /// <summary>The same for a path. Does nothing if there is no such file.</summary>
    public static void Renew(string path)
    {
        if (OperatingSystem.IsLinux() && File.Exists(path))
        {
            using var handle = RegularFile.Open(path);
            Renew(handle);
        }
    }

    /// <summary>
    /// The same for a small file on GlusterFS, whose client answers reads from its own cache for one second. The client drops the cache of
    /// a file that this machine writes to, so space is allocated in the file. The content does not change; the file's time may.
    /// </summary>
    /// <returns>False if this process may not write to the file.</returns>
    public static bool RenewSmall(string path)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(path))
        {
            return true;
        }

        var mayWrite = true;
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(handle) <= LargestRemembered)
            {
                _ = Allocate((int)handle.DangerousGetHandle(), KeepSize, 0, 1);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mayWrite = false;
        }

        Renew(path);
        return mayWrite;
    }

    /// <summary>
    /// Reads again the entries of a folder, and of the folders on the path below it, if the file system is shared. A missing name is cached
    /// as missing, on NFS for up to a minute; opening its folder refreshes the entries.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="relative">A path below the folder, with forward slashes.</param>
    public static void RenewNames(string folder, string relative = "")
    {
        if (!OperatingSystem.IsLinux() || !FileSystem.Of(folder).IsShared)
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A missing or unreadable folder has no visible entries to refresh.
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, nint offset, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "fallocate")]
    private static partial int Allocate(int descriptor, int mode, nint offset, nint length);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Query(int folder, string path, int flags, uint mask, byte* result);
}
