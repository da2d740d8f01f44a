using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>Tells files from what only has a file's name: reading a pipe or a device may never come to an end.</summary>
internal static partial class FileKind
{
    /// <summary>How a folder is called.</summary>
    public const string Folder = "a folder";
    private const int CurrentFolder = -100;
    private const int ThisDescriptor = 0x1000;
    private const uint TypeAndNames = 0x5;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int StatSize = 256;

    /// <summary>What a path leads to, in words, if that is no file, links followed; null if it is one, or the system does not tell.</summary>
    public static string? Other(string path) => OperatingSystem.IsLinux() ? Name(Stat(CurrentFolder, path, 0)?.Mode) : Directory.Exists(path) ? Folder : null;

    /// <summary>What is open, in words, if it is no file; null if it is one, or the system does not tell.</summary>
    public static string? Other(SafeFileHandle handle) =>
        OperatingSystem.IsLinux() ? Name(Stat((int)handle.DangerousGetHandle(), "", ThisDescriptor)?.Mode)
        : OperatingSystem.IsMacOS() ? Name(ModeOnMac((int)handle.DangerousGetHandle()))
        : null;

    /// <summary>What a path leads to, in words, if that is neither a file nor a folder.</summary>
    public static string? OddName(string path) => Other(path) is { } kind && kind != Folder ? kind : null;

    /// <summary>Whether what is open is a regular file, and how many names it has; null where the system does not tell.</summary>
    public static (bool IsRegular, uint Names)? Of(SafeFileHandle handle) => OperatingSystem.IsLinux() ? Kind((int)handle.DangerousGetHandle(), "", ThisDescriptor) : null;

    /// <summary>The same of what a path leads to, without opening it; null where there is nothing, and where the system does not tell.</summary>
    public static (bool IsRegular, uint Names)? Of(string path) => OperatingSystem.IsLinux() ? Kind(CurrentFolder, path, 0) : null;

    /// <summary>Sees to it that a path that seems not to be there is not one of which the file system could not tell.</summary>
    /// <exception cref="IOException">It could not: see <see cref="DiskTrouble.IsOfFileSystem"/>.</exception>
    public static void CheckSeen(string path) => _ = DiskTrouble.AgainIfStale(() =>
        OperatingSystem.IsLinux() && Stat(CurrentFolder, path, 0) is null && Marshal.GetLastPInvokeError() is var error && DiskTrouble.IsOfFileSystem(error)
            ? throw new IOException($"{path} cannot be looked at: {Marshal.GetPInvokeErrorMessage(error)}", error)
            : true);

    private static (bool IsRegular, uint Names)? Kind(int folder, string path, int flags) => Stat(folder, path, flags) is var (mode, names) ? ((mode & TypeMask) == Regular, names) : null;

    private static unsafe (int Mode, uint Names)? Stat(int folder, string path, int flags)
    {
        var stat = stackalloc byte[StatSize];
        try
        {
            return Query(folder, path, flags, TypeAndNames, stat) == 0 ? (*(ushort*)(stat + 28), *(uint*)(stat + 16)) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }
    }

    private static unsafe int? ModeOnMac(int descriptor)
    {
        var stat = stackalloc byte[StatSize];
        // Where inodes have 32 bits, they stand before the mode.
        return Query(descriptor, stat) == 0 ? *(ushort*)(stat + (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 8 : 4)) : null;
    }

    private static string? Name(int? mode) => (mode & TypeMask) switch
    {
        0x1000 => "a named pipe",
        0x2000 => "a character device",
        0x4000 => Folder,
        0x6000 => "a block device",
        0xC000 => "a socket",
        _ => null,
    };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Query(int folder, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", EntryPoint = "fstat")]
    private static unsafe partial int Query(int descriptor, byte* result);
}
