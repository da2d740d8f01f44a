using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>Brings files, and the names in folders, to where a power cut does not reach them.</summary>
/// <remarks>On Windows folders have no such call, and files are left to the system.</remarks>
internal static partial class Durable
{
    // One call for each file takes some milliseconds; above this many, one for the whole file system is cheaper.
    private const int Few = 32;

    private const int ReadOnly = 0;
    private const int InvalidArgument = 22;

    /// <summary>A folder with all that lies in it.</summary>
    /// <exception cref="IOException">The disk reported an error.</exception>
    public static void Tree(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var inside = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).ToList();
        if (inside.Count > Few && OperatingSystem.IsLinux())
        {
            Flush(folder, SyncFileSystem);
            return;
        }

        // Names last: what a name leads to is there by then.
        foreach (var path in inside.OrderByDescending(path => path.Length).Append(folder))
        {
            Flush(path, Sync);
        }
    }

    /// <summary>The names in a folder.</summary>
    /// <exception cref="IOException">The disk reported an error.</exception>
    public static void Names(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            Flush(folder, Sync);
        }
    }

    private static void Flush(string path, Func<int, int> flush)
    {
        var fd = Open(path, ReadOnly);
        if (fd < 0)
        {
            throw Failed(path);
        }

        try
        {
            // File systems that have nothing to flush for a folder say that they cannot.
            if (flush(fd) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw Failed(path);
            }
        }
        finally
        {
            _ = Close(fd);
        }
    }

    private static IOException Failed(string path) => new($"{Marshal.GetLastPInvokeErrorMessage()} : '{path}'", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int fd);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFileSystem(int fd);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int fd);
}
