using MatterStack.Engine.Files;

namespace MatterStack.Engine.Caching;

/// <summary>Gives the files of a cache the permissions of the cache's folder. The permissions of the original output and the umask of the
/// process do not count.</summary>
/// <remarks>A shared cache has a folder that a group may write. On Windows, files inherit the rights of their folder.</remarks>
internal sealed class CachePermissions(CacheFolder folder)
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private UnixFileMode? _folderMode;

    /// <summary>Creates a folder of the cache and its parents.</summary>
    public void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (path.Length > folder.Path.Length)
        {
            CreateFolder(Path.GetDirectoryName(path)!);
        }

        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows() && path != folder.Path)
        {
            SetMode(path, GetFolderMode() | OwnFolder);
        }
    }

    /// <summary>Lets everybody read a file who may read the folder. Nobody may write a blob, because its name is the hash of its
    /// content.</summary>
    public void ApplyPermissions(string file, bool isBlob)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, GetFileMode() | (isBlob ? 0 : UnixFileMode.UserWrite));
        }
    }

    /// <summary>Grants read permissions that an earlier version or a umask has removed. Only the owner of a file can grant them.</summary>
    public void GrantReading(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode | GetFileMode()) is var wanted && wanted != mode)
            {
                SetMode(path, wanted);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process has pruned the file; the reader finds that out.
        }
    }

    private UnixFileMode GetFileMode() => (GetFolderMode() & ReadableByAll) | UnixFileMode.UserRead;

    private UnixFileMode GetFolderMode()
    {
        if (!OperatingSystem.IsWindows())
        {
            return _folderMode ??= File.GetUnixFileMode(folder.Path);
        }

        return OwnFolder;
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, mode);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // The file belongs to another user, or the file system has no permissions.
        }
    }
}
