using System.Runtime.Versioning;

namespace MatterStack.Engine.Files;

/// <summary>
/// Gives a group access to folders and files: the group's bits follow the owner's bits, and new entries inherit the folder's group.
/// </summary>
/// <remarks>A folder's mode records the access, so that later commands keep it without a setting. Does nothing on Windows.</remarks>
internal static class GroupPermissions
{
    private const UnixFileMode GroupBits = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    public static string AccessNames => "none, read or drive";

    /// <summary>Parses an access name. Returns null if the text is not one.</summary>
    public static GroupAccess? ParseAccess(string text) =>
        text switch
        {
            "none" => GroupAccess.None,
            "read" => GroupAccess.Read,
            "drive" => GroupAccess.Drive,
            _ => null,
        };

    /// <summary>Reads the group's access from the mode of a folder.</summary>
    public static GroupAccess ReadAccess(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return GroupAccess.None;
        }

        try
        {
            var mode = File.GetUnixFileMode(folder);
            return !mode.HasFlag(UnixFileMode.SetGroup | UnixFileMode.GroupRead | UnixFileMode.GroupExecute) ? GroupAccess.None
                : mode.HasFlag(UnixFileMode.GroupWrite) ? GroupAccess.Drive
                : GroupAccess.Read;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return GroupAccess.None;
        }
    }

    /// <summary>Gives the group access to a folder and everything in it.</summary>
    public static void GrantTreeAccess(string folder, GroupAccess access)
    {
        if (access == GroupAccess.None || OperatingSystem.IsWindows())
        {
            return;
        }

        // Links are skipped: they may point to foreign files and have no mode of their own.
        var all = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        GrantAccess(folder, access);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", all))
        {
            GrantAccess(path, access);
        }
    }

    /// <summary>
    /// Gives the group access to one file or folder. A file of another user stays unchanged; its owner has given access already.
    /// </summary>
    public static void GrantAccess(string path, GroupAccess access)
    {
        if (access == GroupAccess.None || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            var wanted = (mode & ~GroupBits) | GetGroupBits(mode, access) | (Directory.Exists(path) ? UnixFileMode.SetGroup : 0);
            if (wanted != mode)
            {
                File.SetUnixFileMode(path, wanted);
            }
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file was deleted meanwhile, or belongs to another user.
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode GetGroupBits(UnixFileMode mode, GroupAccess access) =>
        (mode.HasFlag(UnixFileMode.UserRead) ? UnixFileMode.GroupRead : 0)
        | (mode.HasFlag(UnixFileMode.UserExecute) ? UnixFileMode.GroupExecute : 0)
        | (mode.HasFlag(UnixFileMode.UserWrite) && access == GroupAccess.Drive ? UnixFileMode.GroupWrite : 0);
}
