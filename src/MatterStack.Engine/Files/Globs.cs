using Microsoft.Extensions.FileSystemGlobbing;

namespace MatterStack.Engine.Files;

/// <summary>Files that a relative path or a pattern (<c>*</c>, <c>?</c>, <c>**</c>) names inside a folder.</summary>
internal static class Globs
{
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>Whether a relative path with forward slashes is one that a path or pattern names.</summary>
    public static bool Matches(string pattern, string path) => IsPattern(pattern) ? new Matcher(StringComparison.Ordinal).AddInclude(pattern).Match(path).HasMatches : pattern == path;

    /// <summary>Relative paths with forward slashes, sorted; a plain path is returned if the file exists. Nothing outside the folder is ever returned.</summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="path">A relative path or a pattern.</param>
    /// <exception cref="IOException">A name that a pattern matches is not UTF-8, or a link leads in a circle.</exception>
    /// <param name="passedOver">Folders relative to <paramref name="folder"/> that a pattern does not go into unless it names them itself.</param>
    public static IReadOnlyList<string> Find(string folder, string path, IReadOnlyList<string>? passedOver = null) =>
        [.. FindAll(folder, path, passedOver).Where(found => RelativePath.StaysInside(folder, Path.Combine(folder, found)))];

    /// <summary>The same with links that lead out of the folder, which are not to be read.</summary>
    /// <inheritdoc cref="Find"/>
    public static IReadOnlyList<string> FindAll(string folder, string path, IReadOnlyList<string>? passedOver = null)
    {
        if (!IsPattern(path))
        {
            var file = Path.Combine(folder, path);
            return File.Exists(file) ? [path] : [];
        }

        // What the pattern names without a wildcard may be a link as long as it stays inside; below that, linked folders are not gone into.
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

        return matcher.Execute(new UnlinkedFolder(new DirectoryInfo(start))).Files
            .Select(match => prefix + match.Path)
            .Select(found => RawNames.CannotBe(Path.Combine(folder, found)) ? throw RawNames.Refuse(Path.Combine(folder, found)) : found)
            .Order(StringComparer.Ordinal)
            .ToArray();
    }
}
