using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>Tells files from what only has a file's name: reading a pipe or a device may never come to an end.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100;
    private const int ThisDescriptor = 0x1000;
    private const uint TypeAndNames = 0x5;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int StatSize = 256;

    /// <summary>What a path leads to, in words, if that is neither a file nor a folder; null otherwise, and where the system does not tell.</summary>
    public static string? OddName(string path) => OperatingSystem.IsLinux() ? Name(CurrentFolder, path, 0) : null;

    /// <summary>What is open, in words, if it is no file; null otherwise, and where the system does not tell.</summary>
    public static string? OddName(SafeFileHandle handle) => OperatingSystem.IsLinux() ? Name((int)handle.DangerousGetHandle(), "", ThisDescriptor) : null;

    /// <summary>Whether what is open is a regular file, and how many names it has; null where the system does not tell.</summary>
    public static (bool IsRegular, uint Names)? Of(SafeFileHandle handle) => OperatingSystem.IsLinux() ? Kind((int)handle.DangerousGetHandle(), "", ThisDescriptor) : null;

    /// <summary>The same of what a path leads to, without opening it; null where there is nothing, and where the system does not tell.</summary>
    public static (bool IsRegular, uint Names)? Of(string path) => OperatingSystem.IsLinux() ? Kind(CurrentFolder, path, 0) : null;

    private static unsafe (bool IsRegular, uint Names)? Kind(int folder, string path, int flags)
    {
        var stat = stackalloc byte[StatSize];
        try
        {
            return Query(folder, path, flags, TypeAndNames, stat) != 0 ? null : ((*(ushort*)(stat + 28) & TypeMask) == Regular, *(uint*)(stat + 16));
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static unsafe string? Name(int folder, string path, int flags)
    {
        var stat = stackalloc byte[StatSize];
        try
        {
            return Query(folder, path, flags, TypeAndNames, stat) != 0 ? null : (*(ushort*)(stat + 28) & TypeMask) switch
            {
                0x1000 => "a named pipe",
                0x2000 => "a character device",
                0x6000 => "a block device",
                0xC000 => "a socket",
                _ => null,
            };
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Query(int folder, string path, int flags, uint mask, byte* result);
}
