using Microsoft.Extensions.FileSystemGlobbing;

namespace MatterStack.Engine.Files;

/// <summary>Finds files inside a folder by a relative path or a pattern (<c>*</c>, <c>?</c>, <c>**</c>).</summary>
internal static class Globs
{
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>Whether a path or pattern matches a relative path with forward slashes.</summary>
    public static bool IsMatch(string pattern, string path) =>
        IsPattern(pattern) ? new Matcher(StringComparison.Ordinal).AddInclude(pattern).Match(path).HasMatches : pattern == path;

    /// <summary>
    /// Finds relative paths with forward slashes, sorted. A plain path is returned if the file exists. Files outside the folder are never
    /// returned.
    /// </summary>
    /// <param name="folder">Folder to search.</param>
    /// <param name="path">A relative path or a pattern.</param>
    /// <exception cref="IOException">A matching name is not UTF-8, or links form a cycle.</exception>
    /// <param name="passedOver">Folders, relative to <paramref name="folder"/>, that a pattern skips unless it names them.</param>
    public static IReadOnlyList<string> FindFiles(string folder, string path, IReadOnlyList<string>? passedOver = null) =>
        [
            .. FindIncludingOutsideLinks(folder, path, passedOver)
                .Where(found => RelativePath.StaysInside(folder, Path.Combine(folder, found))),
        ];

    /// <summary>The same, including links that lead out of the folder; callers must not read those.</summary>
    /// <inheritdoc cref="FindFiles"/>
    public static IReadOnlyList<string> FindIncludingOutsideLinks(string folder, string path, IReadOnlyList<string>? passedOver = null)
    {
        if (!IsPattern(path))
        {
            var file = Path.Combine(folder, path);
            return File.Exists(file) ? [path] : [];
        }

        // The part of the pattern without wildcards may contain links that stay inside the folder; below it, linked folders are skipped.
        var named = path.Split('/').TakeWhile(segment => !IsPattern(segment)).ToArray();
        var start = named.Aggregate(folder, Path.Combine);
        if (!Directory.Exists(start) || (named.Length > 0 && !RelativePath.StaysInside(folder, start)))
        {
            return [];
        }

        var prefix = named.Length == 0 ? "" : string.Join('/', named) + "/";
        var matcher = new Matcher(StringComparison.Ordinal).AddInclude(path[prefix.Length..]);
        foreach (var over in passedOver ?? [])
        {
            if (!path.StartsWith(over + "/", StringComparison.Ordinal) && over.StartsWith(prefix, StringComparison.Ordinal))
            {
                matcher.AddExclude(over[prefix.Length..] + "/**");
            }
        }

        return matcher
            .Execute(new NoFollowDirectory(new DirectoryInfo(start)))
            .Files.Select(match => prefix + match.Path)
            .Select(found =>
                NonUtf8Names.CannotBeOpened(Path.Combine(folder, found))
                    ? throw NonUtf8Names.CreateException(Path.Combine(folder, found))
                    : found
            )
            .Order(StringComparer.Ordinal)
            .ToArray();
    }
}
