using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>Has this machine forget what it remembers of a file that another machine may have written to: some file systems go on showing it, for seconds, also to one who opens the file anew.</summary>
/// <remarks>Must not be used on a file on which this process holds locks of POSIX: closing any descriptor drops them.</remarks>
internal static partial class FreshView
{
    private const int ThisDescriptor = 0x1000;
    private const int AskTheServer = 0x2000;
    private const uint BasicStats = 0x7ff;
    private const int StatSize = 256;
    private const int NoMorePages = 4;
    private const int KeepSize = 1;
    // As much as performance.quick-read can be set to. It is 64 KiB unless it is set.
    private const int LargestRemembered = 1 << 20;

    /// <summary>Content and size of an open file are asked for anew.</summary>
    public static unsafe void Renew(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = (int)handle.DangerousGetHandle();
        // The answer to the first call brings the server's size, and the last one has the system take it over. Where one is not possible, the others do what they can.
        _ = Sync(descriptor);
        _ = Advise(descriptor, 0, 0, NoMorePages);
        var stat = stackalloc byte[StatSize];
        _ = Query(descriptor, "", ThisDescriptor | AskTheServer, BasicStats, stat);
    }

    /// <summary>The same where other machines may have written to it.</summary>
    /// <param name="handle">The open file.</param>
    /// <param name="folder">A folder on its file system.</param>
    public static void RenewIfShared(SafeFileHandle handle, string folder)
    {
        if (OperatingSystem.IsLinux() && FileSystem.Of(folder).IsShared)
        {
            Renew(handle);
        }
    }

    /// <summary>The same for a file by its path; nothing happens where there is none.</summary>
    public static void Renew(string path)
    {
        if (OperatingSystem.IsLinux() && File.Exists(path))
        {
            using var handle = RegularFile.Open(path);
            Renew(handle);
        }
    }

    /// <summary>The same for a small file, also where GlusterFS answers reads of it from what it remembers, for a second, whatever the system asks: it forgets what this machine may be writing. Nothing in the file changes; its time may.</summary>
    /// <returns>False where this process may not write to the file.</returns>
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

    /// <summary>Names in a folder, and in those on the way to a path below it, are asked for anew where other machines may have made some. A name that was looked for and was not there is remembered as missing, on NFS for up to a minute; a folder that is opened is looked at again.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="relative">A path below it, with forward slashes.</param>
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
            // One that is not there, or may not be read: what is looked for there is not seen.
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
