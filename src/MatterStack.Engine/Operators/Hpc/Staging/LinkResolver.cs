using MatterStack.Engine.Operators.Attempts;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Follows links in a remote folder, using its listing.</summary>
/// <param name="entries">Entries of the folder, by raw path.</param>
/// <param name="names">Absolute raw paths of the folder.</param>
/// <param name="inside">Subfolder that links must not lead out of, with a trailing slash.</param>
internal sealed class LinkResolver(IReadOnlyDictionary<string, ListedEntry> entries, IReadOnlyList<string> names, string inside)
{
    // The same limit as in Linux.
    private const int MaxLinks = 40;

    /// <summary>Resolves a path.</summary>
    /// <param name="path">Raw path in the listed folder.</param>
    /// <returns>The entry; or the reason if there is none.</returns>
    public (ListedEntry? Entry, UnreadableOutput? Reason) ResolvePath(string path)
    {
        var done = new List<string>(names[0].Split('/', StringSplitOptions.RemoveEmptyEntries));
        var open = new Stack<string>(path.Split('/').Reverse());
        var links = 0;
        ListedEntry? last = null;
        while (open.TryPop(out var segment))
        {
            if (segment is "" or ".")
            {
                continue;
            }

            if (segment == "..")
            {
                done.RemoveRange(Math.Max(0, done.Count - 1), Math.Min(1, done.Count));
                last = FindEntry(done);
                continue;
            }

            done.Add(segment);
            if (!IsListed(done))
            {
                return (null, UnreadableOutput.LinkLeadsOut);
            }

            last = FindEntry(done);
            if (last is null && !IsAboveRoot(done))
            {
                return (null, IsInside(done) ? UnreadableOutput.BrokenLink : UnreadableOutput.LinkLeadsOut);
            }

            if (last is not { Kind: 'l' } link)
            {
                continue;
            }

            if (++links > MaxLinks)
            {
                return (null, UnreadableOutput.CircularLink);
            }

            done.RemoveRange(link.LinkTarget.StartsWith('/') ? 0 : done.Count - 1, link.LinkTarget.StartsWith('/') ? done.Count : 1);
            foreach (var next in link.LinkTarget.Split('/').Reverse())
            {
                open.Push(next);
            }
        }

        return last is null || !IsInside(done) ? (null, UnreadableOutput.LinkLeadsOut) : (last, null);
    }

    private static string JoinSegments(List<string> segments) => "/" + string.Join('/', segments);

    private bool IsAboveRoot(List<string> segments) =>
        names.Any(name => (name + "/").StartsWith(segments.Count == 0 ? "/" : JoinSegments(segments) + "/", StringComparison.Ordinal));

    private bool IsListed(List<string> segments) => IsAboveRoot(segments) || FindRelativePath(segments) is not null;

    private string? FindRelativePath(List<string> segments)
    {
        var absolute = JoinSegments(segments);
        return names.FirstOrDefault(name => absolute.StartsWith(name + "/", StringComparison.Ordinal)) is { } top
            ? absolute[(top.Length + 1)..]
            : null;
    }

    private ListedEntry? FindEntry(List<string> segments) =>
        FindRelativePath(segments) is { } relative ? entries.GetValueOrDefault(relative) : null;

    private bool IsInside(List<string> segments) =>
        FindRelativePath(segments) is { } relative && (relative + "/").StartsWith(inside, StringComparison.Ordinal);
}
