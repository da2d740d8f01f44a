namespace MatterStack.Engine.Files;

/// <summary>Tells of many files whether each stays inside one folder, as <see cref="RelativePath.StaysInside"/> does, and looks at each folder on the way once.</summary>
/// <param name="folder">The folder, which nobody changes meanwhile.</param>
internal sealed class InsideCheck(string folder)
{
    private readonly Dictionary<string, bool> _folders = new(StringComparer.Ordinal);

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>Whether a file, with every link on its way followed, lies inside the folder.</summary>
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
