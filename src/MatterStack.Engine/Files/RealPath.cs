namespace MatterStack.Engine.Files;

/// <summary>Resolves the links in a path.</summary>
internal static class RealPath
{
    // Same limit as Linux.
    private const int MaxLinks = 40;

    /// <summary>Follows all links in a path. A part that cannot be accessed stays unchanged.</summary>
    public static string ResolveLinks(string path)
    {
        var links = 0;
        return FollowLinks(Path.GetFullPath(path), ref links);
    }

    private static string FollowLinks(string path, ref int links)
    {
        if (Path.GetDirectoryName(path) is not { } above)
        {
            return path;
        }

        var here = Path.Combine(FollowLinks(above, ref links), Path.GetFileName(path));
        try
        {
            return new FileInfo(here).LinkTarget is { } target && links++ < MaxLinks
                ? FollowLinks(Path.GetFullPath(target, Path.GetDirectoryName(here)!), ref links)
                : here;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return here;
        }
    }
}
