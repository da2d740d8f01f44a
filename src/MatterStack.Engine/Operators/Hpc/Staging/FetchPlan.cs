using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Attempts;
using MatterStack.Engine.Transports.Shell;
using Microsoft.Extensions.FileSystemGlobbing;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>The files of an attempt's remote folder to fetch: declared outputs, and other files on request.</summary>
internal sealed class FetchPlan
{
    /// <summary>The attempt's work folder, as a path prefix.</summary>
    private static readonly string[] AlwaysFetched =
    [
        AttemptLayout.StdoutFile,
        AttemptLayout.StderrFile,
        AttemptLayout.ExitCodeFile,
        AttemptLayout.CodeVersionsFile,
        AttemptLayout.StopSignalFile,
        AttemptLayout.MonitorLogFile,
        AttemptLayout.MonitorStopFile,
        AttemptLayout.MonitorFailedFile,
        AttemptLayout.NotCarriedFile,
        AttemptLayout.CarriedFile,
    ];

    private readonly Dictionary<string, ListedEntry> _entries;
    private readonly List<DeclaredOutput> _declared = [];
    private readonly Func<string, bool> _isRequested;
    private readonly LinkResolver _linkResolver;
    private readonly SortedDictionary<string, (ListedEntry Entry, bool Declared)> _files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _createdLinks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, UnreadableOutput> _unreadOutputs = new(StringComparer.Ordinal);
    private readonly List<string> _skippedFiles = [];
    private readonly List<(string From, string To)> _aliases = [];

    private FetchPlan(AttemptRequest request, FolderListing.Found found, bool hasFailed)
    {
        _entries = new Dictionary<string, ListedEntry>(found.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in found.Entries)
        {
            _entries[entry.RawPath] = entry;
        }

        _linkResolver = new LinkResolver(_entries, found.AbsolutePaths, AttemptLayout.WorkPrefix);
        _isRequested = CreateRequestFilter(request, hasFailed);
        foreach (var output in request.Task.Outputs.Append(AttemptLayout.ResultsFile))
        {
            DeclareOutput(new DeclaredOutput(output), output: null);
        }

        foreach (
            var entry in found.Entries.Where(e =>
                e.RawPath.StartsWith(AttemptLayout.WorkPrefix, StringComparison.Ordinal) || AlwaysFetched.Contains(e.RawPath)
            )
        )
        {
            PlanEntry(entry);
        }

        foreach (var (folder, why) in found.UnreadableFolders)
        {
            if (folder + "/" == AttemptLayout.WorkPrefix)
            {
                // Its content is unknown.
                foreach (var output in request.Task.Outputs)
                {
                    _unreadOutputs[output] = UnreadableOutput.CreateNotReadable(why);
                }

                _skippedFiles.Add($"all of work {UnreadableOutput.CreateNotReadable(why)}");
            }
            else if (
                folder.StartsWith(AttemptLayout.WorkPrefix, StringComparison.Ordinal)
                && (RawFileName.Decode(folder) ?? folder)[AttemptLayout.WorkPrefix.Length..] is var closed
            )
            {
                if (_declared.Any(d => d.MayMatchInside(closed)))
                {
                    RefuseOutput(closed, UnreadableOutput.CreateNotReadable(why));
                }
                else if (_isRequested(closed + "/x"))
                {
                    _skippedFiles.Add($"{closed} {UnreadableOutput.CreateNotReadable(why)}");
                }
            }
        }
    }

    /// <summary>Files to fetch, by their path in the attempt's folder, and whether each is declared.</summary>
    public IReadOnlyDictionary<string, (ListedEntry Entry, bool Declared)> Files => _files;

    /// <summary>Links to create on this machine, by their path in the attempt's folder, with their target path in it.</summary>
    public IReadOnlyDictionary<string, string> Links => _createdLinks;

    /// <summary>Declared outputs that cannot be fetched, by their path in <c>work/</c>, with the reason.</summary>
    public IReadOnlyDictionary<string, UnreadableOutput> UnreadOutputs => _unreadOutputs;

    /// <summary>Undeclared files that were requested and are not fetched: name and reason.</summary>
    public IReadOnlyList<string> SkippedFiles => _skippedFiles;

    /// <param name="request">The attempt.</param>
    /// <param name="found">Its folder.</param>
    /// <param name="hasFailed">Whether it certainly failed: files that the next attempt begins with stay there.</param>
    public static FetchPlan Create(AttemptRequest request, FolderListing.Found found, bool hasFailed = false) =>
        new(request, found, hasFailed);

    /// <summary>Whether a path in <c>work/</c> is declared, or is in the target of a declared link.</summary>
    public bool IsDeclared(string path) => _declared.Any(d => d.MatchesPath(path));

    /// <summary>Whether the attempt's folder has a subfolder with this path.</summary>
    public bool IsFolder(string path) => _entries.GetValueOrDefault(RawFileName.Encode(path)) is { Kind: 'd' };

    /// <summary>The declared names of a path in <c>work/</c>: its own, and those of links that lead to it.</summary>
    public IEnumerable<string> FindDeclaredNames(string path) =>
        _aliases
            .Where(a => path == a.To || path.StartsWith(a.To + "/", StringComparison.Ordinal))
            .Select(a => a.From + path[a.To.Length..])
            .Append(path);

    // A declared path may be a link, or be behind one: then the link's target is declared as well.
    private void DeclareOutput(DeclaredOutput declared, string? output, int links = 0)
    {
        _declared.Add(declared);
        if (declared.Literal.Length == 0 || links > 40)
        {
            return;
        }

        output ??= declared.Literal;
        var path = AttemptLayout.WorkPrefix;
        foreach (var segment in RawFileName.Encode(declared.Literal).Split('/'))
        {
            path += segment;
            if (_entries.GetValueOrDefault(path) is not { Kind: 'l' })
            {
                path += "/";
                continue;
            }

            var (entry, why) = _linkResolver.ResolvePath(path);
            var own = RawFileName.Decode(path)![AttemptLayout.WorkPrefix.Length..];
            if (entry is null)
            {
                _unreadOutputs[output] = why!;
            }
            else if (RawFileName.Decode(entry.RawPath) is { } target)
            {
                _createdLinks[AttemptLayout.WorkPrefix + own] = target;
                // A link to the work folder itself declares everything.
                var to = target.StartsWith(AttemptLayout.WorkPrefix, StringComparison.Ordinal)
                    ? new DeclaredOutput(target[AttemptLayout.WorkPrefix.Length..] + declared.Text[own.Length..])
                    : new DeclaredOutput("**/*");
                if (to.Literal.Length > 0)
                {
                    _aliases.Add((output, to.Literal));
                }

                DeclareOutput(to, output, links + 1);
            }

            return;
        }
    }

    private void PlanEntry(ListedEntry entry)
    {
        var text = RawFileName.Decode(entry.RawPath);
        var path = text ?? NonUtf8Names.EscapeName(RawFileName.ToBytes(entry.RawPath));
        if (AlwaysFetched.Contains(path))
        {
            if (entry.Kind == 'f')
            {
                AddFile(path, entry, declared: false);
            }

            return;
        }

        if (path.Split('/').Any(segment => segment is "" or "." or ".."))
        {
            return;
        }

        path = path[AttemptLayout.WorkPrefix.Length..];
        var declared = IsDeclared(path);
        if (entry.Kind == 'd' ? path != AttemptLayout.ResultsFile : !declared && !_isRequested(path))
        {
            return;
        }

        if (text is null)
        {
            SkipFile(path, UnreadableOutput.NameNotUtf8, declared);
        }
        else if (entry.Kind == 'f')
        {
            AddFile(text, entry, declared);
        }
        else if (entry.Kind == 'l')
        {
            PlanLink(entry, text, declared);
        }
        else
        {
            SkipFile(path, UnreadableOutput.CreateNotRegular(DescribeKind(entry.Kind)), declared);
        }
    }

    private void PlanLink(ListedEntry entry, string text, bool declared)
    {
        var (target, why) = _linkResolver.ResolvePath(entry.RawPath);
        if (target is null)
        {
            SkipFile(text[AttemptLayout.WorkPrefix.Length..], why!, declared);
        }
        else if (target.Kind == 'f' && RawFileName.Decode(target.RawPath) is { } path)
        {
            if (declared)
            {
                AddFile(path, target, declared: true);
            }

            // A link to an input, or to an output of another task, would have no target on this machine.
            if (declared || _isRequested(path[AttemptLayout.WorkPrefix.Length..]))
            {
                _createdLinks[text] = path;
            }
        }
        else if (target.Kind != 'd')
        {
            SkipFile(text[AttemptLayout.WorkPrefix.Length..], UnreadableOutput.CreateNotRegular(DescribeKind(target.Kind)), declared);
        }
    }

    private void AddFile(string path, ListedEntry entry, bool declared) =>
        _files[path] = (entry, declared || (_files.TryGetValue(path, out var known) && known.Declared));

    private void SkipFile(string path, UnreadableOutput why, bool declared)
    {
        if (declared)
        {
            RefuseOutput(path, why);
        }
        else
        {
            _skippedFiles.Add($"{path} {why}");
        }
    }

    private void RefuseOutput(string path, UnreadableOutput why)
    {
        foreach (var name in FindDeclaredNames(path))
        {
            _unreadOutputs[name] = why;
        }
    }

    private static string DescribeKind(char kind) =>
        kind switch
        {
            'd' => "a folder",
            'p' => "a named pipe",
            's' => "a socket",
            'c' => "a character device",
            'b' => "a block device",
            _ => "something else",
        };

    private static Func<string, bool> CreateRequestFilter(AttemptRequest request, bool hasFailed)
    {
        var task = request.Task;
        var inputs = request.Planned.Inputs.Select(i => i.Path).ToHashSet(StringComparer.Ordinal);
        // The lines that decide are looked for on this machine.
        var marked = MarkCheck.ListFiles(task).ToHashSet(StringComparer.Ordinal);
        var carried = hasFailed ? task.Carry.Select(static entry => new DeclaredOutput(entry.Pattern)).ToList() : [];
        var named = task.DownloadInclude.Count > 0;
        Matcher? asked = null;
        if (named || task.DownloadExclude.Count > 0)
        {
            asked = new Matcher(StringComparison.Ordinal);
            asked.AddIncludePatterns(named ? task.DownloadInclude : ["**/*"]);
            asked.AddExcludePatterns(task.DownloadExclude);
        }

        return path =>
            marked.Contains(path)
            || (
                !path.StartsWith("deps/", StringComparison.Ordinal)
                && !carried.Exists(left => left.MatchesPath(path))
                && (named || !inputs.Contains(path))
                && (asked is null || asked.Match(path).HasMatches)
            );
    }
}
