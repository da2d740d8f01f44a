using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MatterStack.Engine.Files;

/// <summary>Distinguishes regular files from pipes, devices and sockets, where a read may never end.</summary>
internal static partial class FileKind
{
    /// <summary>Text for a folder in messages.</summary>
    public const string FolderText = "a folder";
    private const int CurrentFolder = -100;
    private const int EmptyPathFlag = 0x1000;
    private const uint TypeAndNamesMask = 0x5;
    private const uint InodeMask = 0x100;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int StatSize = 256;

    /// <summary>Number of the file behind an open handle in its file system; null if unknown.</summary>
    public static unsafe ulong? FindInode(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var stat = stackalloc byte[StatSize];
        try
        {
            return LibcFiles.ReadAttributes((int)handle.DangerousGetHandle(), "", EmptyPathFlag, InodeMask, stat) == 0
                ? *(ulong*)(stat + 32)
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// Text for the kind of a path that is not a regular file; links are followed. Returns null for a regular file, or if the kind is
    /// unknown.
    /// </summary>
    public static string? FindNonFileKind(string path) =>
        OperatingSystem.IsLinux() ? FindKindName(QueryStat(CurrentFolder, path, 0)?.Mode)
        : Directory.Exists(path) ? FolderText
        : null;

    /// <summary>
    /// Text for the kind of an open handle that is not a regular file. Returns null for a regular file, or if the kind is unknown.
    /// </summary>
    public static string? FindNonFileKind(SafeFileHandle handle) =>
        OperatingSystem.IsLinux() ? FindKindName(QueryStat((int)handle.DangerousGetHandle(), "", EmptyPathFlag)?.Mode)
        : OperatingSystem.IsMacOS() ? FindKindName(ReadModeOnMac((int)handle.DangerousGetHandle()))
        : null;

    /// <summary>Text for the kind of a path that is neither a file nor a folder. Returns null otherwise.</summary>
    public static string? FindSpecialKind(string path) => FindNonFileKind(path) is { } kind && kind != FolderText ? kind : null;

    /// <summary>Whether an open handle is a regular file, and its number of names (hard links). Returns null if unknown.</summary>
    public static (bool IsRegular, uint Names)? FindKind(SafeFileHandle handle) =>
        OperatingSystem.IsLinux() ? FindKindAt((int)handle.DangerousGetHandle(), "", EmptyPathFlag) : null;

    /// <summary>The same for a path, without opening it. Returns null if there is no such path, or if unknown.</summary>
    public static (bool IsRegular, uint Names)? FindKind(string path) =>
        OperatingSystem.IsLinux() ? FindKindAt(CurrentFolder, path, 0) : null;

    /// <summary>Checks that a path is really missing, and not only invisible because the file system is unavailable.</summary>
    /// <exception cref="IOException">The file system is unavailable: see <see cref="DiskErrors.IsFileSystemError"/>.</exception>
    public static void ThrowIfUnreachable(string path) =>
        _ = DiskErrors.RetryIfStale(() =>
            OperatingSystem.IsLinux()
            && QueryStat(CurrentFolder, path, 0) is null
            && Marshal.GetLastPInvokeError() is var error
            && DiskErrors.IsFileSystemError(error)
                ? throw new IOException($"{path} cannot be accessed: {Marshal.GetPInvokeErrorMessage(error)}", error)
                : true
        );

    private static (bool IsRegular, uint Names)? FindKindAt(int folder, string path, int flags) =>
        QueryStat(folder, path, flags) is var (mode, names) ? ((mode & TypeMask) == RegularType, names) : null;

    private static unsafe (int Mode, uint Names)? QueryStat(int folder, string path, int flags)
    {
        var stat = stackalloc byte[StatSize];
        try
        {
            return LibcFiles.ReadAttributes(folder, path, flags, TypeAndNamesMask, stat) == 0
                ? (*(ushort*)(stat + 28), *(uint*)(stat + 16))
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            // The C library is older than 2018 and has no statx.
            return null;
        }
    }

    private static unsafe int? ReadModeOnMac(int descriptor)
    {
        var stat = stackalloc byte[StatSize];
        // On x64 this function uses 32-bit inodes, which shift the mode.
        return CallStat(descriptor, stat) == 0
            ? *(ushort*)(stat + (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 8 : 4))
            : null;
    }

    private static string? FindKindName(int? mode) =>
        (mode & TypeMask) switch
        {
            0x1000 => "a named pipe",
            0x2000 => "a character device",
            0x4000 => FolderText,
            0x6000 => "a block device",
            0xC000 => "a socket",
            _ => null,
        };

    [LibraryImport("libc", EntryPoint = "fstat")]
    private static unsafe partial int CallStat(int descriptor, byte* result);
}
