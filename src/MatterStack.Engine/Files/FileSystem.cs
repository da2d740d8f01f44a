using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>The file system of a folder: whether other machines can access it, and whether its locks are valid on all machines.</summary>
/// <param name="Type">Type, as in the system's list of mounts.</param>
/// <param name="IsShared">Whether other machines may read and write the same files. An unknown file system counts as shared.</param>
/// <param name="LocalLocksReason">Reason why a lock of this machine may not stop processes of other machines; null if it does.</param>
internal sealed partial record FileSystem(string Type, bool IsShared, string? LocalLocksReason)
{
    private const string MountsFile = "/proc/self/mountinfo";
    private const int StatfsBufferBytes = 4096;
    private const uint LocalFlagOnMac = 0x1000;
    private static readonly FileSystem Local = new("local", false, null);

    /// <summary>Determines the file system of a folder. A local file system takes one system call.</summary>
    public static FileSystem FromFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return FromFolderOnWindows(Path.GetFullPath(folder));
        }

        if (!OperatingSystem.IsLinux())
        {
            return OperatingSystem.IsMacOS() ? FromFolderOnMac(folder) : SharedFileSystems.ClassifyMount("unknown", []);
        }

        return FindMagicNumber(folder) is { } magic && SharedFileSystems.IsLocal(magic) ? Local : FromMount(folder);
    }

    /// <summary>
    /// The system's error message if a path is unreachable because its file system is unavailable (server or mount gone). Returns null
    /// otherwise.
    /// </summary>
    public static string? FindUnreachableReason(string path)
    {
        for (var at = path; !OperatingSystem.IsWindows() && at is not null; at = Path.GetDirectoryName(at))
        {
            if (FindMagicNumber(at) is not null)
            {
                return null;
            }

            var error = Marshal.GetLastPInvokeError();
            if (DiskErrors.IsFileSystemError(error))
            {
                return Marshal.GetPInvokeErrorMessage(error);
            }
        }

        return null;
    }

    /// <summary>Finds type and options of a mount. Returns null if it is not listed.</summary>
    /// <param name="mounts">Lines of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="mount">Id of the mount.</param>
    internal static (string Type, string[] Options)? FindMount(IEnumerable<string> mounts, string mount)
    {
        foreach (var fields in mounts.Select(static line => line.Split(' ')))
        {
            if (fields[0] == mount && Array.IndexOf(fields, "-") is var dash and > 5 && dash + 1 < fields.Length)
            {
                return (
                    fields[dash + 1],
                    [.. fields[5].Split(','), .. fields.Skip(dash + 3).SelectMany(static options => options.Split(','))]
                );
            }
        }

        return null;
    }

    private static FileSystem FromMount(string folder)
    {
        try
        {
            // Mounts are matched by id: several may have the same path.
            using var handle = OpenFolder(folder);
            var mount = File.ReadLines($"/proc/self/fdinfo/{handle.DangerousGetHandle()}")
                .FirstOrDefault(static line => line.StartsWith("mnt_id:", StringComparison.Ordinal))
                ?[7..].Trim();
            if (mount is not null && FindMount(File.ReadLines(MountsFile), mount) is var (type, options))
            {
                return SharedFileSystems.ClassifyMount(type, options);
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file system is treated as unknown.
        }

        return SharedFileSystems.ClassifyMount("unknown", []);
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenFolder(string folder)
    {
        const int closeOnExec = 0x80000;
        const int nothingButThePath = 0x200000;
        var descriptor = LibcFiles.OpenPath(folder, closeOnExec | nothingButThePath, 0);
        return descriptor >= 0
            ? new(descriptor, ownsHandle: true)
            : throw new IOException($"{folder} cannot be opened", Marshal.GetLastPInvokeError());
    }

    private static unsafe uint? FindMagicNumber(string path)
    {
        var buffer = stackalloc byte[StatfsBufferBytes];
        // The first field is a machine word; its lower 32 bits are the magic number.
        return CallStatfs(path, buffer) == 0 ? (uint)*(nint*)buffer : null;
    }

    private static unsafe FileSystem FromFolderOnMac(string folder)
    {
        var buffer = stackalloc byte[StatfsBufferBytes];
        if (
            (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? CallStatfsOnMac(folder, buffer) : CallStatfs(folder, buffer)) != 0
        )
        {
            return SharedFileSystems.ClassifyMount("unknown", []);
        }

        var type = Marshal.PtrToStringUTF8((nint)(buffer + 72)) ?? "unknown";
        return (*(uint*)(buffer + 64) & LocalFlagOnMac) != 0 ? Local : SharedFileSystems.ClassifyMount(type, []);
    }

    // On Windows the file server manages the locks of a share.
    private static FileSystem FromFolderOnWindows(string folder)
    {
        try
        {
            return folder.StartsWith(@"\\", StringComparison.Ordinal) || new DriveInfo(folder).DriveType == DriveType.Network
                ? new FileSystem("smb", true, null)
                : Local;
        }
        catch (ArgumentException)
        {
            return Local;
        }
    }

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int CallStatfs(string path, byte* result);

    [LibraryImport("libc", EntryPoint = "statfs$INODE64", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int CallStatfsOnMac(string path, byte* result);
}
