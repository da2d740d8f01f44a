namespace Common;

/// <summary>Where the results of a task and of its dependencies lie.</summary>
internal static class Results
{
    public const string FileName = "results.json";

    /// <summary>All <c>deps/*/results.json</c>, in the order of their names.</summary>
    public static IReadOnlyList<string> OfDependencies()
    {
        const string folder = "deps";
        var paths = new List<string>();
        try
        {
            if (!Directory.Exists(folder))
                throw UserError.NoInput($"there is no folder {folder}/ with results of other tasks");
            foreach (var dependency in Directory.EnumerateDirectories(folder))
            {
                var path = Path.Combine(dependency, FileName);
                if (File.Exists(path))
                    paths.Add(path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw UserError.NoInput($"{folder}/ cannot be read: {error.Message}");
        }

        paths.Sort(StringComparer.Ordinal);
        return paths.Count > 0 ? paths : throw UserError.NoInput($"no {folder}/*/{FileName} found");
    }
}
