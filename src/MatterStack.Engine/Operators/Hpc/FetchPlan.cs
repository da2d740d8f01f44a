using MatterStack.Engine.Files;
using MatterStack.Engine.Transports;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The files of an attempt's remote folder to fetch: declared outputs, and other files on request.</summary>
internal sealed class FetchPlan
{
    /// <summary>The attempt's work folder, as a path prefix.</summary>
    private const string Work = "work/";

    private static readonly string[] Always = ["stdout.log", "stderr.log", "exit_code"];

    private readonly Dictionary<string, ListedEntry> _entries;
    private readonly List<DeclaredOutput> _declared = [];
    private readonly Func<string, bool> _asked;
    private readonly LinkTree _links;
    private readonly SortedDictionary<string, (ListedEntry Entry, bool Declared)> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unread = new(StringComparer.Ordinal);
    private readonly List<string> _left = [];
    private readonly List<(string From, string To)> _aliases = [];

    private FetchPlan(AttemptOrder request, FolderListing.Found found)
    {
        _entries = new Dictionary<string, ListedEntry>(found.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in found.Entries)
        {
            _entries[entry.Raw] = entry;
        }

        _links = new LinkTree(_entries, found.Names, Work);
        _asked = Asked(request);
        foreach (var output in request.Task.Outputs.Append("results.json"))
        {
            Declare(new DeclaredOutput(output), output: null);
        }

        foreach (var entry in found.Entries.Where(e => e.Raw.StartsWith(Work, StringComparison.Ordinal) || Always.Contains(e.Raw)))
        {
            Plan(entry);
        }

        foreach (var (folder, why) in found.Unopened)
        {
            if (folder + "/" == Work)
            {
                // Its content is unknown.
                foreach (var output in request.Task.Outputs)
                {
                    _unread[output] = UnreadOutput.NotReadable(why);
                }

                _left.Add($"all of work {UnreadOutput.NotReadable(why)}");
            }
            else if (folder.StartsWith(Work, StringComparison.Ordinal) && (RawText.Decode(folder) ?? folder)[Work.Length..] is var closed)
            {
                if (_declared.Any(d => d.MayNameIn(closed)))
                {
                    Refuse(closed, UnreadOutput.NotReadable(why));
                }
                else if (_asked(closed + "/x"))
                {
                    _left.Add($"{closed} {UnreadOutput.NotReadable(why)}");
                }
            }
        }
    }

    /// <summary>Files to fetch, by their path in the attempt's folder, and whether each is declared.</summary>
    public IReadOnlyDictionary<string, (ListedEntry Entry, bool Declared)> Files => _files;

    /// <summary>Links to create on this machine, by their path in the attempt's folder, with their target path in it.</summary>
    public IReadOnlyDictionary<string, string> Links => _made;

    /// <summary>Declared outputs that cannot be fetched, by their path in <c>work/</c>, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Unread => _unread;

    /// <summary>Undeclared files that were requested and are not fetched: name and reason.</summary>
    public IReadOnlyList<string> Left => _left;

    public static FetchPlan Of(AttemptOrder request, FolderListing.Found found) => new(request, found);

    /// <summary>Whether a path in <c>work/</c> is declared, or is in the target of a declared link.</summary>
    public bool IsDeclared(string path) => _declared.Any(d => d.Names(path));

    /// <summary>Whether the attempt's folder has a subfolder with this path.</summary>
    public bool IsFolder(string path) => _entries.GetValueOrDefault(RawText.Encode(path)) is { Kind: 'd' };

    /// <summary>The declared names of a path in <c>work/</c>: its own, and those of links that lead to it.</summary>
    public IEnumerable<string> NamesOf(string path) => _aliases.Where(a => path == a.To || path.StartsWith(a.To + "/", StringComparison.Ordinal)).Select(a => a.From + path[a.To.Length..]).Append(path);

    // A declared path may be a link, or be behind one: then the link's target is declared as well.
    private void Declare(DeclaredOutput declared, string? output, int links = 0)
    {
        _declared.Add(declared);
        if (declared.Literal.Length == 0 || links > 40)
        {
            return;
        }

        output ??= declared.Literal;
        var path = Work;
        foreach (var segment in RawText.Encode(declared.Literal).Split('/'))
        {
            path += segment;
            if (_entries.GetValueOrDefault(path) is not { Kind: 'l' })
            {
                path += "/";
                continue;
            }

            var (entry, why) = _links.Follow(path);
            var own = RawText.Decode(path)![Work.Length..];
            if (entry is null)
            {
                _unread[output] = why!;
            }
            else if (RawText.Decode(entry.Raw) is { } target)
            {
                _made[Work + own] = target;
                // A link to the work folder itself declares everything.
                var to = target.StartsWith(Work, StringComparison.Ordinal) ? new DeclaredOutput(target[Work.Length..] + declared.Text[own.Length..]) : new DeclaredOutput("**/*");
                if (to.Literal.Length > 0)
                {
                    _aliases.Add((output, to.Literal));
                }

                Declare(to, output, links + 1);
            }

            return;
        }
    }

    private void Plan(ListedEntry entry)
    {
        var text = RawText.Decode(entry.Raw);
        var path = text ?? RawNames.Escape(RawText.Bytes(entry.Raw));
        if (Always.Contains(path))
        {
            if (entry.Kind == 'f')
            {
                Fetch(path, entry, declared: false);
            }

            return;
        }

        if (path.Split('/').Any(segment => segment is "" or "." or ".."))
        {
            return;
        }

        path = path[Work.Length..];
        var declared = IsDeclared(path);
        if (entry.Kind == 'd' ? path != "results.json" : !declared && !_asked(path))
        {
            return;
        }

        if (text is null)
        {
            Leave(path, UnreadOutput.NotUtf8, declared);
        }
        else if (entry.Kind == 'f')
        {
            Fetch(text, entry, declared);
        }
        else if (entry.Kind == 'l')
        {
            PlanLink(entry, text, declared);
        }
        else
        {
            Leave(path, UnreadOutput.NotRegular(Name(entry.Kind)), declared);
        }
    }

    private void PlanLink(ListedEntry entry, string text, bool declared)
    {
        var (target, why) = _links.Follow(entry.Raw);
        if (target is null)
        {
            Leave(text[Work.Length..], why!, declared);
        }
        else if (target.Kind == 'f' && RawText.Decode(target.Raw) is { } path)
        {
            if (declared)
            {
                Fetch(path, target, declared: true);
            }

            // A link to an input, or to an output of another task, would have no target on this machine.
            if (declared || _asked(path[Work.Length..]))
            {
                _made[text] = path;
            }
        }
        else if (target.Kind != 'd')
        {
            Leave(text[Work.Length..], UnreadOutput.NotRegular(Name(target.Kind)), declared);
        }
    }

    private void Fetch(string path, ListedEntry entry, bool declared) => _files[path] = (entry, declared || (_files.TryGetValue(path, out var known) && known.Declared));

    private void Leave(string path, string why, bool declared)
    {
        if (declared)
        {
            Refuse(path, why);
        }
        else
        {
            _left.Add($"{path} {why}");
        }
    }

    private void Refuse(string path, string why)
    {
        foreach (var name in NamesOf(path))
        {
            _unread[name] = why;
        }
    }

    private static string Name(char kind) => kind switch
    {
        'd' => "a folder",
        'p' => "a named pipe",
        's' => "a socket",
        'c' => "a character device",
        'b' => "a block device",
        _ => "something else",
    };

    private static Func<string, bool> Asked(AttemptOrder request)
    {
        var task = request.Task;
        var inputs = request.Planned.Inputs.Select(i => i.Path).ToHashSet(StringComparer.Ordinal);
        var named = task.DownloadInclude.Count > 0;
        Matcher? asked = null;
        if (named || task.DownloadExclude.Count > 0)
        {
            asked = new Matcher(StringComparison.Ordinal);
            asked.AddIncludePatterns(named ? task.DownloadInclude : ["**/*"]);
            asked.AddExcludePatterns(task.DownloadExclude);
        }

        return path => !path.StartsWith("deps/", StringComparison.Ordinal) && (named || !inputs.Contains(path)) && (asked is null || asked.Match(path).HasMatches);
    }
}
