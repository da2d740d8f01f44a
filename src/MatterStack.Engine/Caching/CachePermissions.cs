namespace MatterStack.Engine.Caching;

/// <summary>Who may read and write what lies in a cache: whoever may in its folder. Neither the output that a file came from nor the umask of who puts it in decides.</summary>
/// <remarks>A cache that several people share has a folder that their group may write. On Windows a folder hands its rights on by itself.</remarks>
internal sealed class CachePermissions(CacheFolder folder)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private UnixFileMode? _folder;

    /// <summary>Makes a folder of the cache and those above it.</summary>
    public void MakeFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (path.Length > folder.Path.Length)
        {
            MakeFolder(Path.GetDirectoryName(path)!);
        }

        Directory.CreateDirectory(path);
        if (!OperatingSystem.IsWindows() && path != folder.Path)
        {
            Set(path, OfFolder() | OwnFolder);
        }
    }

    /// <summary>Lets a file be read by whoever may read the folder, and blobs be written by nobody: their name is their content.</summary>
    public void Permit(string file, bool isBlob)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, OfFile() | (isBlob ? 0 : UnixFileMode.UserWrite));
        }
    }

    /// <summary>Gives others what an earlier version, or somebody's umask, kept from them; only a file's owner can.</summary>
    public void GrantReading(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode | OfFile()) is var wanted && wanted != mode)
            {
                Set(path, wanted);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Somebody pruned it in the meantime; the reader finds that out.
        }
    }

    private UnixFileMode OfFile() => (OfFolder() & Readable) | UnixFileMode.UserRead;

    private UnixFileMode OfFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            return _folder ??= File.GetUnixFileMode(folder.Path);
        }

        return OwnFolder;
    }

    private static void Set(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is another user's, or the file system has no permissions.
        }
    }
}
