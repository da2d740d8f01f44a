using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>Opens a file that a task wrote in a run. It follows no links and accepts only regular files.</summary>
/// <remarks>The path is opened folder by folder, so that a running task cannot replace a folder between check and open.</remarks>
internal static partial class TaskFile
{
    private const int NoSuchFile = 2;
    private const int NotAFolder = 20;
    private const int NoDevice = 6;
    private const int TooManyLinksLinux = 40;
    private const int TooManyLinksMac = 62;

    /// <param name="root">Absolute path of the run's folder.</param>
    /// <param name="relative">Path of the file inside the run.</param>
    /// <param name="alone">Whether a file with a second name (a hard link) is refused, since its origin is unknown.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="RefusedFileException">The file is refused; the message is a short reason.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static FileStream OpenRead(string root, string relative, bool alone = false)
    {
        if (RelativePath.Normalise(relative) is not { } path)
        {
            throw new RefusedFileException("its path leads out of the run");
        }

        var handle = OperatingSystem.IsWindows() ? OpenOnWindows(root, path) : DiskErrors.RetryIfStale(() => OpenOnUnix(root, path));
        try
        {
            // GetLength below throws for a folder, pipe, socket or device.
            if (FileKind.FindKind(handle) is { } kind && (!kind.IsRegular || (alone && kind.Names > 1)))
            {
                throw new RefusedFileException(kind.IsRegular ? "it has a second name (a hard link)" : "it is not a regular file");
            }

            RandomAccess.GetLength(handle);
            return new FileStream(handle, FileAccess.Read, 1 << 16);
        }
        catch (Exception e)
        {
            handle.Dispose();
            throw e is NotSupportedException or UnauthorizedAccessException or ArgumentException
                ? new RefusedFileException("it is not a regular file")
                : e;
        }
    }

    private static SafeFileHandle OpenOnUnix(string root, string path)
    {
        var flags = OpenFlags.Current;
        var segments = path.Split('/');
        var folder = LibcFiles.OpenPath(root, flags.Folder, 0);
        var error = Marshal.GetLastPInvokeError();
        for (var i = 0; folder >= 0 && i < segments.Length; i++)
        {
            var last = i == segments.Length - 1;
            var next = OpenBelow(folder, segments[i], last ? flags.File : flags.Folder | flags.NoFollow, 0);
            error = Marshal.GetLastPInvokeError();
            _ = LibcFiles.CloseDescriptor(folder);
            folder = next;
        }

        return folder >= 0
            ? new SafeFileHandle(folder, ownsHandle: true)
            : throw error switch
            {
                NoSuchFile => new FileNotFoundException($"{path} does not exist"),
                TooManyLinksLinux or TooManyLinksMac or NotAFolder => new RefusedFileException(
                    "it is a link, or a folder of its path is a link"
                ),
                NoDevice => new RefusedFileException("it is not a regular file"),
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
                throw new RefusedFileException("it is a link, or a folder of its path is a link");
            }
        }

        return File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenBelow(int folder, string name, int flags, int mode);
}
