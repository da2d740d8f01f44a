using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>Functions of the C library for files that several classes call. A result of -1 is an error.</summary>
internal static partial class LibcFiles
{
    /// <summary>Error of <see cref="LinkFile"/>: the new name exists.</summary>
    public const int Exists = 17;

    /// <summary>Gives a file a second name, which must not exist.</summary>
    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LinkFile(string path, string newPath);

    /// <summary>Opens a path and returns its descriptor.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenPath(string path, int flags, int mode);

    /// <summary>Closes a descriptor. The last error stays.</summary>
    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int CloseDescriptor(int descriptor);

    /// <summary>Waits until the content of a file or folder is on the disk.</summary>
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int SyncFile(int descriptor);

    /// <summary>
    /// Writes attributes of a path into a buffer of 256 bytes. Its layout is the same on every processor, unlike that of <c>stat</c>.
    /// </summary>
    /// <exception cref="EntryPointNotFoundException">The C library is older than 2018.</exception>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int ReadAttributes(int folder, string path, int flags, uint mask, byte* result);
}
