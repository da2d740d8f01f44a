using System.Globalization;

namespace MatterStack.Engine.Transports.Shell;

/// <summary>A folder that only the user can access, with a path short enough for sockets.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Creates the folder, or uses the existing one if it belongs to the user. Returns its path.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="parent">Parent folder.</param>
    /// <exception cref="IOException">The path is a link or belongs to another user.</exception>
    public static string OpenOrCreate(string user, string parent = "/tmp")
    {
        var path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"matterstack-{user}"));
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(path).FullName;
        }

        var folder = Directory.CreateDirectory(path, OwnerOnly);
        if (folder.LinkTarget is not null)
        {
            throw new IOException($"{path} is a link; remove it, since it must be a folder of your own");
        }

        try
        {
            // Only the owner may do this.
            File.SetUnixFileMode(path, OwnerOnly);
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException($"{path} belongs to another user; it must be a folder of your own");
        }

        return path;
    }
}
