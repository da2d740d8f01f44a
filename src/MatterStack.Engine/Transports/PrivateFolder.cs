using System.Globalization;

namespace MatterStack.Engine.Transports;

/// <summary>A folder of the user's alone, with a path short enough for sockets.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes it, or takes it over as it is if it is the user's own.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="parent">Where it is made.</param>
    /// <exception cref="IOException">Something that is not the user's own stands in its place.</exception>
    public static string Open(string user, string parent = "/tmp")
    {
        var path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"matterstack-{user}"));
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(path).FullName;
        }

        var folder = Directory.CreateDirectory(path, Mine);
        if (folder.LinkTarget is not null)
        {
            throw new IOException($"{path} is a link; it must be a folder of your own");
        }

        try
        {
            // Only its owner may do this.
            File.SetUnixFileMode(path, Mine);
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException($"{path} belongs to somebody else; it must be a folder of your own");
        }

        return path;
    }
}
