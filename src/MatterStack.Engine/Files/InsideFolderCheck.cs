namespace MatterStack.Engine.Files;

/// <summary>
/// Checks for many files whether each stays inside one folder, like <see cref="RelativePath.StaysInside"/>, but checks each subfolder only
/// once.
/// </summary>
/// <param name="folder">The folder; it must not change in the meantime.</param>
internal sealed class InsideFolderCheck(string folder)
{
    private readonly Dictionary<string, bool> _folders = new(StringComparer.Ordinal);

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>Whether a file is inside the folder after all links of its path are followed.</summary>
    /// <param name="path">Relative to the folder.</param>
    /// <param name="isLink">Whether the file itself is a link.</param>
    public bool StaysInside(string path, out bool isLink)
    {
        var file = Path.Combine(folder, path);
        isLink = new FileInfo(file).LinkTarget is not null;
        return isLink || !IsInside(path) ? RelativePath.StaysInside(folder, file) : true;
    }

    private bool IsInside(string path)
    {
        if (path.Split('/').Contains("..") || Path.GetDirectoryName(path) is not { } above)
        {
            return false;
        }

        if (!_folders.TryGetValue(above, out var inside))
        {
            _folders[above] = inside = above.Length == 0 || RelativePath.StaysInside(folder, Path.Combine(folder, above));
        }

        return inside;
    }
}
