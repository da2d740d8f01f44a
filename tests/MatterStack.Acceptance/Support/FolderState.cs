using System.Globalization;
using System.Security.Cryptography;

namespace MatterStack.Acceptance.Support;

/// <summary>All entries of a folder with their contents and times of last change.</summary>
internal static class FolderState
{
    public static string Read(string folder) =>
        string.Join(
            '\n',
            Directory
                .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
                .Append(folder)
                .Order(StringComparer.Ordinal)
                .Select(path =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Path.GetRelativePath(folder, path)} {File.GetLastWriteTimeUtc(path).Ticks} {ReadContent(path)}"
                    )
                )
        );

    private static string ReadContent(string path)
    {
        if (Directory.Exists(path))
        {
            return "folder";
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (IOException) when (File.Exists(path))
        {
            // The process that holds a lock file lets nobody read it.
            return "locked";
        }
    }
}
