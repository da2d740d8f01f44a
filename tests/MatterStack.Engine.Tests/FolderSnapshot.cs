using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Tests;

/// <summary>All entries of a folder with their contents, permissions and times of last change.</summary>
internal static class FolderSnapshot
{
    /// <summary>A line for each entry, sorted by path.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="except">Ends of names that are left out.</param>
    public static string Read(string folder, params string[] except)
    {
        var lines = Directory
            .EnumerateFileSystemEntries(
                folder,
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
            )
            .Append(folder)
            .Where(path => !except.Any(end => path.EndsWith(end, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(path =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Path.GetRelativePath(folder, path)} {File.GetLastWriteTimeUtc(path).Ticks} {ReadMode(path)} {ReadContent(path)}"
                )
            );
        return string.Join('\n', lines);
    }

    private static string ReadMode(string path) => OperatingSystem.IsWindows() ? "" : File.GetUnixFileMode(path).ToString();

    private static string ReadContent(string path) =>
        Directory.Exists(path) ? "folder" : Sha256.ComputeHash(RealDisk.Instance.ReadAllBytes(path)).Hex;
}
