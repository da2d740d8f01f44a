using System.Runtime.InteropServices;

namespace MatterStack.Engine.Files;

/// <summary>The file system that a folder lies on: whether other machines may work in it as well, and whether locks reach them.</summary>
/// <param name="Type">Its name, as the system lists mounts.</param>
/// <param name="IsShared">Whether another machine may read and write the same files. What is not known is taken to be so.</param>
/// <param name="WhyLocksAreOurs">Why a lock taken here may not keep out a process of another machine; null if it does.</param>
internal sealed partial record FileSystem(string Type, bool IsShared, string? WhyLocksAreOurs)
{
    private const string Mounts = "/proc/self/mountinfo";
    private const int MostOfStatfs = 4096;
    private const uint LocalOnMac = 0x1000;
    private static readonly FileSystem Local = new("local", false, null);

    /// <summary>The file system of a folder. One system call where it is a local one.</summary>
    public static FileSystem Of(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return OnWindows(Path.GetFullPath(folder));
        }

        if (!OperatingSystem.IsLinux())
        {
            return OperatingSystem.IsMacOS() ? OnMac(folder) : SharedFileSystems.Judge("unknown", []);
        }

        return MagicOf(folder) is { } magic && SharedFileSystems.IsLocal(magic) ? Local : Mounted(folder);
    }

    /// <summary>Why nothing on a path can be reached, in the system's words, where the file system itself is the cause: its server or its mount is gone. Null otherwise.</summary>
    public static string? WhyGone(string path)
    {
        for (var at = path; !OperatingSystem.IsWindows() && at is not null; at = Path.GetDirectoryName(at))
        {
            if (MagicOf(at) is not null)
            {
                return null;
            }

            var error = Marshal.GetLastPInvokeError();
            if (DiskTrouble.IsOfFileSystem(error))
            {
                return Marshal.GetPInvokeErrorMessage(error);
            }
        }

        return null;
    }

    /// <summary>The folder's line among the mounts: type and options.</summary>
    /// <param name="mounts">Lines of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="mount">Number of the mount.</param>
    internal static (string Type, string[] Options)? Find(IEnumerable<string> mounts, string mount)
    {
        foreach (var fields in mounts.Select(static line => line.Split(' ')))
        {
            if (fields[0] == mount && Array.IndexOf(fields, "-") is var dash and > 5 && dash + 1 < fields.Length)
            {
                return (fields[dash + 1], [.. fields[5].Split(','), .. fields.Skip(dash + 3).SelectMany(static options => options.Split(','))]);
            }
        }

        return null;
    }

    private static FileSystem Mounted(string folder)
    {
        try
        {
            // By number: a folder may be mounted over another of the same name.
            using var handle = OpenFolder(folder);
            var mount = File.ReadLines($"/proc/self/fdinfo/{handle.DangerousGetHandle()}").FirstOrDefault(static line => line.StartsWith("mnt_id:", StringComparison.Ordinal))?[7..].Trim();
            if (mount is not null && Find(File.ReadLines(Mounts), mount) is var (type, options))
            {
                return SharedFileSystems.Judge(type, options);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not known, then.
        }

        return SharedFileSystems.Judge("unknown", []);
    }

    private static Microsoft.Win32.SafeHandles.SafeFileHandle OpenFolder(string folder)
    {
        const int closeOnExec = 0x80000;
        const int nothingButThePath = 0x200000;
        var descriptor = Open(folder, closeOnExec | nothingButThePath);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw new IOException($"{folder} cannot be opened", Marshal.GetLastPInvokeError());
    }

    private static unsafe uint? MagicOf(string path)
    {
        var buffer = stackalloc byte[MostOfStatfs];
        // It is a word of the machine, whose lower half holds the number.
        return Query(path, buffer) == 0 ? (uint)*(nint*)buffer : null;
    }

    private static unsafe FileSystem OnMac(string folder)
    {
        var buffer = stackalloc byte[MostOfStatfs];
        if ((RuntimeInformation.ProcessArchitecture == Architecture.X64 ? QueryMac(folder, buffer) : Query(folder, buffer)) != 0)
        {
            return SharedFileSystems.Judge("unknown", []);
        }

        var type = Marshal.PtrToStringUTF8((nint)(buffer + 72)) ?? "unknown";
        return (*(uint*)(buffer + 64) & LocalOnMac) != 0 ? Local : SharedFileSystems.Judge(type, []);
    }

    // Locks of shares are the server's there.
    private static FileSystem OnWindows(string folder)
    {
        try
        {
            return folder.StartsWith(@"\\", StringComparison.Ordinal) || new DriveInfo(folder).DriveType == DriveType.Network ? new FileSystem("smb", true, null) : Local;
        }
        catch (ArgumentException)
        {
            return Local;
        }
    }

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int Query(string path, byte* result);

    [LibraryImport("libc", EntryPoint = "statfs$INODE64", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static unsafe partial int QueryMac(string path, byte* result);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);
}
