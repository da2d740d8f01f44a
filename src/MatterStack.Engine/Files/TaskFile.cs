using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>Opens a file that a task left in a run: no link is followed on the way to it, and what is no regular file is refused.</summary>
/// <remarks>Folder by folder, so that a task that is still going cannot change the way after it was looked at.</remarks>
internal static partial class TaskFile
{
    private const int NotThere = 2;
    private const int NoFolder = 20;
    private const int NoDevice = 6;
    private const int TooManyLinksLinux = 40;
    private const int TooManyLinksMac = 62;

    /// <param name="root">The run's folder, an absolute path.</param>
    /// <param name="relative">The file's path inside of it.</param>
    /// <param name="alone">Whether one that has another name elsewhere is refused: nobody can tell whose it is.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="RefusedFileException">It is not read; the message says why in a few words.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream OpenRead(string root, string relative, bool alone = false)
    {
        if (RelativePath.Normalise(relative) is not { } path)
        {
            throw new RefusedFileException("its path leads out of the run");
        }

        var handle = OperatingSystem.IsWindows() ? OpenOnWindows(root, path) : DiskTrouble.AgainIfStale(() => OpenOnUnix(root, path));
        try
        {
            // A folder, pipe, socket or device has no length.
            if (FileKind.Of(handle) is { } kind && (!kind.IsRegular || (alone && kind.Names > 1)))
            {
                throw new RefusedFileException(kind.IsRegular ? "it has another name elsewhere (a hard link)" : "it is no regular file");
            }

            RandomAccess.GetLength(handle);
            return new FileStream(handle, FileAccess.Read, 1 << 16);
        }
        catch (Exception e)
        {
            handle.Dispose();
            throw e is NotSupportedException or UnauthorizedAccessException or ArgumentException ? new RefusedFileException("it is no regular file") : e;
        }
    }

    private static SafeFileHandle OpenOnUnix(string root, string path)
    {
        var flags = OpenFlags.OfThisSystem;
        var segments = path.Split('/');
        var folder = Open(root, flags.Folder, 0);
        var error = Marshal.GetLastPInvokeError();
        for (var i = 0; folder >= 0 && i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            var next = OpenAt(folder, segments[i], last ? flags.File : flags.Folder | flags.DoNotFollow, 0);
            error = Marshal.GetLastPInvokeError();
            _ = Close(folder);
            folder = next;
        }

        return folder >= 0 ? new SafeFileHandle(folder, ownsHandle: true) : throw error switch
        {
            NotThere => new FileNotFoundException($"{path} is not there"),
            TooManyLinksLinux or TooManyLinksMac or NoFolder => new RefusedFileException("it is a link, or a folder on its way is"),
            NoDevice => new RefusedFileException("it is no regular file"),
            _ => new IOException($"{path} cannot be opened: {new Win32Exception(error).Message}", error),
        };
    }

    private static SafeFileHandle OpenOnWindows(string root, string path)
    {
        var file = Path.Combine(root, path);
        for (var way = file; way.Length > root.Length; way = Path.GetDirectoryName(way)!)
        {
            if ((File.GetAttributes(way) & FileAttributes.ReparsePoint) != 0)
            {
                throw new RefusedFileException("it is a link, or a folder on its way is");
            }
        }

        return File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

/// <summary>A file is not read because of what it is.</summary>
internal sealed class RefusedFileException(string why) : IOException(why);
