using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>Opens what a task may have left: a named pipe in place of a file would keep its reader waiting for ever.</summary>
internal static partial class RegularFile
{
    private const int DoNotBlockLinux = 0x800;
    private const int DoNotBlockMac = 0x4;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMac = 0x1000000;

    /// <exception cref="IOException">It cannot be opened, or is no regular file.</exception>
    public static FileStream OpenRead(string path) => new(Open(path), FileAccess.Read, 1 << 16);

    /// <exception cref="IOException">It cannot be opened, or is no regular file.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        var descriptor = Open(path, OperatingSystem.IsMacOS() ? DoNotBlockMac | CloseOnExecMac : DoNotBlockLinux | CloseOnExecLinux, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException(Denial.OfReading(path) ?? $"{path} cannot be opened: {new Win32Exception(error).Message}", error);
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            // A device may have a length and no end.
            if (FileKind.OddName(handle) is { } odd)
            {
                handle.Dispose();
                throw new IOException($"{path} is not a regular file but {odd}");
            }

            RandomAccess.GetLength(handle);
            return handle;
        }
        catch (NotSupportedException)
        {
            handle.Dispose();
            throw new IOException($"{path} is not a regular file");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);
}
