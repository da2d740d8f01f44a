using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MatterStack.Engine.Files;

/// <summary>Explains why this process may not read or write a path, with the owner and the mode that decide it.</summary>
/// <remarks>Returns null on Windows, where access rights are lists.</remarks>
internal static partial class AccessDenial
{
    private const int ExecuteOk = 1;
    private const int WriteOk = 2;
    private const int ReadOk = 4;
    private const int OperationNotPermitted = 1;
    private const int PermissionDenied = 13;

    // In a container a user may have no name.
    private static string CurrentUser => Environment.UserName is { Length: > 0 } name ? name : "this user";

    /// <summary>
    /// Returns a sentence that names the unreadable file or folder and the users who may read it. Returns null if the path is readable or
    /// missing.
    /// </summary>
    public static string? FindReadDenial(string path) => FindDenial(path, ReadOk, "read");

    /// <summary>
    /// Returns a sentence that names the unwritable file or folder and the users who may write it. Returns null if the path is writable or
    /// missing.
    /// </summary>
    public static string? FindWriteDenial(string path) => FindDenial(path, WriteOk, "written");

    private static string? FindDenial(string path, int wanted, string verb)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        if (!IsDenied(path, wanted))
        {
            return null;
        }

        // A folder that may not be entered hides everything below it, so the message names that folder.
        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (!IsDenied(above, ExecuteOk))
            {
                return DescribeDenial(path, wanted, verb);
            }

            if (!IsDenied(above, 0))
            {
                return DescribeDenial(above, ExecuteOk, "entered");
            }
        }

        return DescribeDenial(path, wanted, verb);
    }

    [UnsupportedOSPlatform("windows")]
    private static string DescribeDenial(string path, int wanted, string verb)
    {
        try
        {
            var mode = (int)File.GetUnixFileMode(path);
            var (owner, group) = FileOwner.FindOwner(path) is { } found
                ? ("its owner " + found.User, "the group " + found.Group)
                : ("its owner", "its group");
            string[] allowed =
            [
                .. (mode & (wanted << 6)) != 0 ? new[] { owner } : [],
                .. (mode & (wanted << 3)) != 0 ? new[] { group } : [],
            ];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{path} may not be {verb} by {CurrentUser}: its mode is {Convert.ToString(mode, 8).PadLeft(4, '0')}, "
                    + $"which allows {(allowed.Length == 0 ? "nobody" : "only " + string.Join(" and ", allowed))}"
            );
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return $"{path} may not be {verb} by {CurrentUser}";
        }
    }

    private static bool IsDenied(string path, int wanted)
    {
        var (here, effective) = OperatingSystem.IsMacOS() ? (-2, 0x10) : (-100, 0x200);
        return CheckAccess(here, path, wanted, effective) != 0
            && Marshal.GetLastPInvokeError() is PermissionDenied or OperationNotPermitted;
    }

    [LibraryImport("libc", EntryPoint = "faccessat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int CheckAccess(int folder, string path, int mode, int flags);
}
