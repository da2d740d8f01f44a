namespace MatterStack.Engine.Files;

/// <summary>A path with the links on its way followed.</summary>
internal static class RealPath
{
    // As many as the system follows.
    private const int MostLinks = 40;

    /// <summary>The path that links lead to; what cannot be looked at stays as it is.</summary>
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
