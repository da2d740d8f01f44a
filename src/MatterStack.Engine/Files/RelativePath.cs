namespace MatterStack.Engine.Files;

/// <summary>Rules for paths that come from a campaign, an answer or a task and must stay inside a folder.</summary>
internal static class RelativePath
{
    /// <summary>
    /// Converts a path to forward slashes without <c>.</c> segments. Returns null if the text is empty, absolute, or contains <c>..</c> or
    /// a control character.
    /// </summary>
    public static string? Normalise(string text)
    {
        var path = text.Trim().Replace('\\', '/');
        if (path.Length == 0 || path[0] == '/' || path[0] == '~' || (path.Length > 1 && path[1] == ':') || path.Any(char.IsControl))
        {
            return null;
        }

        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static s => s != ".").ToArray();
        return segments.Length == 0 || segments.Contains("..") ? null : string.Join('/', segments);
    }

    /// <summary>Whether a file is inside a folder after all links of its path are followed. A task may have created the links.</summary>
    public static bool StaysInside(string folder, string file)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var current = Path.GetFullPath(file);
        if (!current.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return false;
        }

        for (var path = current; path.Length > root.Length; path = Path.GetDirectoryName(path)!)
        {
            if (new FileInfo(path).LinkTarget is not null)
            {
                FileSystemInfo link = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
                var target = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
                // The folder itself may be given by a link or by its real path.
                if (
                    target is null
                    || !(
                        StaysInside(root, target) || (RealPath.ResolveLinks(root) is var real && real != root && StaysInside(real, target))
                    )
                )
                {
                    return false;
                }
            }
        }

        return true;
    }
}
