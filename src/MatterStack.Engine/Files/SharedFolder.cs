using System.Runtime.Versioning;

namespace MatterStack.Engine.Files;

/// <summary>Folders whose group may read or write what is in them: the group's bits follow those of the owner, and new entries take the folder's group.</summary>
/// <remarks>A folder's mode says which access it gives, so that whoever works in it later keeps to it without being told. On Windows nothing is done.</remarks>
internal static class SharedFolder
{
    private const UnixFileMode OfGroup = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    public static string Names => "none, read or drive";

    /// <summary>The access that a word names; null if it names none.</summary>
    public static GroupAccess? Parse(string text) => text switch
    {
        "none" => GroupAccess.None,
        "read" => GroupAccess.Read,
        "drive" => GroupAccess.Drive,
        _ => null,
    };

    /// <summary>The access that a folder gives by its mode.</summary>
    public static GroupAccess Of(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return GroupAccess.None;
        }

        try
        {
            var mode = File.GetUnixFileMode(folder);
            return !mode.HasFlag(UnixFileMode.SetGroup | UnixFileMode.GroupRead | UnixFileMode.GroupExecute) ? GroupAccess.None
                : mode.HasFlag(UnixFileMode.GroupWrite) ? GroupAccess.Drive : GroupAccess.Read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GroupAccess.None;
        }
    }

    /// <summary>Gives the group access to a folder and all that is in it.</summary>
    public static void OpenTree(string folder, GroupAccess access)
    {
        if (access == GroupAccess.None || OperatingSystem.IsWindows())
        {
            return;
        }

        // Links lead to what is not ours, and have no mode of their own.
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        Open(folder, access);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", all))
        {
            Open(path, access);
        }
    }

    /// <summary>Gives the group access to one file or folder. Nothing happens where it belongs to another user, who has done so.</summary>
    public static void Open(string path, GroupAccess access)
    {
        if (access == GroupAccess.None || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            var wanted = (mode & ~OfGroup) | Follow(mode, access) | (Directory.Exists(path) ? UnixFileMode.SetGroup : 0);
            if (wanted != mode)
            {
                File.SetUnixFileMode(path, wanted);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went meanwhile, or is somebody else's.
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode Follow(UnixFileMode mode, GroupAccess access) =>
        (mode.HasFlag(UnixFileMode.UserRead) ? UnixFileMode.GroupRead : 0)
        | (mode.HasFlag(UnixFileMode.UserExecute) ? UnixFileMode.GroupExecute : 0)
        | (mode.HasFlag(UnixFileMode.UserWrite) && access == GroupAccess.Drive ? UnixFileMode.GroupWrite : 0);
}
