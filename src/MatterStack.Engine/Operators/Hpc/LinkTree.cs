namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Follows links in a remote folder, using its listing.</summary>
/// <param name="entries">Entries of the folder, by raw path.</param>
/// <param name="names">Absolute raw paths of the folder.</param>
/// <param name="inside">Subfolder that links must not lead out of, with a trailing slash.</param>
internal sealed class LinkTree(IReadOnlyDictionary<string, ListedEntry> entries, IReadOnlyList<string> names, string inside)
{
    // The same limit as in Linux.
    private const int Most = 40;

    /// <summary>Resolves a path.</summary>
    /// <param name="path">Raw path in the listed folder.</param>
    /// <returns>The entry; or the reason if there is none.</returns>
    public (ListedEntry? Entry, string? Reason) Follow(string path)
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
                last = Find(done);
                continue;
            }

            done.Add(segment);
            if (!IsKnown(done))
            {
                return (null, UnreadOutput.LeadsOut);
            }

            last = Find(done);
            if (last is null && !IsAbove(done))
            {
                return (null, Inside(done) ? UnreadOutput.LeadsNowhere : UnreadOutput.LeadsOut);
            }

            if (last is not { Kind: 'l' } link)
            {
                continue;
            }

            if (++links > Most)
            {
                return (null, UnreadOutput.Circle);
            }

            done.RemoveRange(link.Link.StartsWith('/') ? 0 : done.Count - 1, link.Link.StartsWith('/') ? done.Count : 1);
            foreach (var next in link.Link.Split('/').Reverse())
            {
                open.Push(next);
            }
        }

        return last is null || !Inside(done) ? (null, UnreadOutput.LeadsOut) : (last, null);
    }

    private static string Absolute(List<string> segments) => "/" + string.Join('/', segments);

    private bool IsAbove(List<string> segments) => names.Any(name => (name + "/").StartsWith(segments.Count == 0 ? "/" : Absolute(segments) + "/", StringComparison.Ordinal));

    private bool IsKnown(List<string> segments) => IsAbove(segments) || Relative(segments) is not null;

    private string? Relative(List<string> segments)
    {
        var absolute = Absolute(segments);
        return names.FirstOrDefault(name => absolute.StartsWith(name + "/", StringComparison.Ordinal)) is { } top ? absolute[(top.Length + 1)..] : null;
    }

    private ListedEntry? Find(List<string> segments) => Relative(segments) is { } relative ? entries.GetValueOrDefault(relative) : null;

    private bool Inside(List<string> segments) => Relative(segments) is { } relative && (relative + "/").StartsWith(inside, StringComparison.Ordinal);
}
