using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>
/// Opens files from outside and refuses everything else: a reader of a named pipe would wait forever, and a device may never end.
/// </summary>
internal static class RegularFile
{
    private const int DoNotBlockLinux = 0x800;
    private const int DoNotBlockMac = 0x4;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;
    private const int NoSuchFile = 2;
    private const int NotAFolder = 20;

    /// <exception cref="IOException">The file cannot be opened, or is not a regular file.</exception>
    public static FileStream OpenRead(string path) => new(OpenHandle(path), FileAccess.Read, 1 << 16);

    /// <summary>Reads the content. Returns null if the file has more than <paramref name="most"/> bytes.</summary>
    /// <exception cref="IOException">The file cannot be opened or read, or is not a regular file.</exception>
    public static byte[]? Read(string path, int most) => DiskErrors.RetryIfStale(() => ReadOnce(path, most));

    private static byte[]? ReadOnce(string path, int most)
    {
        using var stream = OpenRead(path);
        if (stream.Length > most)
        {
            return null;
        }

        // A file that is being written may grow meanwhile, and some system files (for example in /proc) report length 0.
        var bytes = new byte[Math.Max((int)stream.Length, 1 << 12) + 1];
        var length = 0;
        while (true)
        {
            length += stream.ReadAtLeast(bytes.AsSpan(length), bytes.Length - length, throwOnEndOfStream: false);
            if (length < bytes.Length || length > most)
            {
                return length > most ? null : bytes[..length];
            }

            Array.Resize(ref bytes, (int)Math.Min((long)most + 1, 2L * bytes.Length));
        }
    }

    /// <summary>
    /// Reads the content as UTF-8 without byte order mark. Returns null if the file has more than <paramref name="most"/> bytes.
    /// </summary>
    /// <exception cref="IOException">The file cannot be opened or read, or is not a regular file.</exception>
    public static string? ReadText(string path, int most) =>
        Read(path, most) is { } bytes ? Encoding.UTF8.GetString(ByteOrderMark.Skip(bytes.AsSpan())) : null;

    /// <exception cref="IOException">The file cannot be opened, or is not a regular file.</exception>
    public static SafeFileHandle OpenHandle(string path) => DiskErrors.RetryIfStale(() => OpenOnce(path));

    private static SafeFileHandle OpenOnce(string path)
    {
        // Checked before opening: some devices act when opened.
        if (FileKind.FindNonFileKind(path) is { } other)
        {
            throw CreateException(path, other);
        }

        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        var descriptor = LibcFiles.OpenPath(
            path,
            OperatingSystem.IsMacOS() ? DoNotBlockMac | CloseOnExecMac : DoNotBlockLinux | CloseOnExecLinux,
            0
        );
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            var why = AccessDenial.FindReadDenial(path) ?? $"{path} cannot be opened: {new Win32Exception(error).Message}";
            throw error is NoSuchFile or NotAFolder ? new FileNotFoundException(why, path) : new IOException(why, error);
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // The path may have been replaced between check and open.
        if (FileKind.FindNonFileKind(handle) is { } become)
        {
            handle.Dispose();
            throw CreateException(path, become);
        }

        return handle;
    }

    private static IOException CreateException(string path, string kind) => new($"{path} is not a regular file but {kind}");
}
