namespace MatterStack.Engine.Files;

/// <summary>Resolves the links in a path.</summary>
internal static class RealPath
{
    // Same limit as Linux.
    private const int MostLinks = 40;

    /// <summary>Follows all links in a path. A part that cannot be accessed stays unchanged.</summary>
    public static string Of(string path)
    {
        var links = 0;
        return Resolve(Path.GetFullPath(path), ref links);
    }

    private static string Resolve(string path, ref int links)
    {
        if (Path.GetDirectoryName(path) is not { } above)
        {
            return path;
        }

        var here = Path.Combine(Resolve(above, ref links), Path.GetFileName(path));
        try
        {
            return new FileInfo(here).LinkTarget is { } target && links++ < MostLinks ? Resolve(Path.GetFullPath(target, Path.GetDirectoryName(here)!), ref links) : here;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return here;
        }
    }
}
