using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>
/// Finds the files that ended attempts leave for the next ones, and hashes them where they are: one call for any number of attempts and
/// files. The files do not travel.
/// </summary>
/// <param name="shell">Shell on the cluster.</param>
/// <param name="place">Name of the folder with the runs, as it is recorded.</param>
/// <param name="stall">Longest time without output.</param>
/// <param name="quoteFolder">Returns the folder of an attempt on the cluster, as a shell word.</param>
internal sealed class LeftFileSearch(IShell shell, string place, TimeSpan stall, Func<AttemptRequest, string> quoteFolder)
{
    private const string DependenciesFolder = "deps/";
    private const int MaxNamedFiles = 5;

    // A large file is hashed without output; the dots tell that the machine is alive. No process of it may hold the output open.
    // A link may name the latest checkpoint: its target is carried.
    private const string Functions = """
        LC_ALL=C; export LC_ALL
        left() {
          printf '@\0%s\0' "$1"
          cd -- "$2/work" 2>/dev/null || { printf '!\0'; return; }
          printf 'w\0%s\0' "$(pwd -P)"
          all() { find . -regextype posix-extended -regex "$1" "$2" "$3" -print0 2>/dev/null; }
          all "$3" -xtype f | xargs -0 -r -n 200 stat -L --printf 'f\0%s\0%n\0' -- 2>/dev/null
          all "$3" -type l | xargs -0 -r -n 1 sh -c 'to=$(readlink -f -- "$1") && printf "l\0%s\0%s\0" "$1" "$to"' sh 2>/dev/null
          all "$3" -xtype f | xargs -0 -r -n 200 sha256sum -- 2>/dev/null | tr '\n' '\0'
          printf '=\0'
        }
        ( trap 'kill $nap; exit' TERM; while :; do sleep 20 > /dev/null 2>&1 < /dev/null & nap=$!; wait $nap; printf '.\0'; done ) 2>/dev/null &
        beat=$!

        """;

    /// <param name="requests">Attempts that ended without success.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <returns>The files of each attempt, and why there may be more; null if all were found. Attempts without an answer are
    /// missing.</returns>
    public IReadOnlyDictionary<AttemptRequest, LeftFiles> FindFiles(IReadOnlyList<AttemptRequest> requests, CancellationToken cancel)
    {
        var script = new StringBuilder(Functions);
        for (var i = 0; i < requests.Count; i++)
        {
            script.Append(
                CultureInfo.InvariantCulture,
                $"( left {i} {quoteFolder(requests[i])} {ShellText.Quote(BuildExpression(requests[i].Task.Carry))} )\n"
            );
        }

        using var output = new MemoryStream();
        var answer = shell.Run(
            new ShellCall(script.Append("kill $beat 2>/dev/null\nexit 0\n").ToString(), stall) { Output = output },
            cancel
        );
        var found = ParseOutput(requests, RawFileName.FromBytes(output.GetBuffer().AsSpan(0, (int)output.Length)).Split('\0'));
        var why = answer is ShellResult.NoAnswer none ? none.Reason : "the answer is incomplete";
        foreach (var request in requests.Where(request => !found.ContainsKey(request)))
        {
            found[request] = new LeftFiles([], $"the files to carry could not be looked for on {place}: {why}") { IsUnanswered = true };
        }

        return found;
    }

    /// <summary>Extended regular expression of <c>find</c> that matches at least the paths of the patterns.</summary>
    internal static string BuildExpression(IReadOnlyList<CarryRequest> carry) =>
        $@"\./({string.Join('|', carry.Select(static entry => BuildExpression(entry.Pattern)))})";

    private static string BuildExpression(string pattern)
    {
        var text = new StringBuilder();
        var segments = pattern.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] == "**")
            {
                text.Append(isLast ? ".*" : "(.*/)?");
                continue;
            }

            // '*.*' also matches a name without a dot.
            text.Append(segments[i] == "*.*" ? "[^/]*" : EscapeSegment(segments[i])).Append(isLast ? "" : "/");
        }

        return text.ToString();
    }

    private static string EscapeSegment(string segment)
    {
        var text = new StringBuilder();
        foreach (var letter in segment)
        {
            text.Append(
                letter switch
                {
                    '*' => "[^/]*",
                    // A letter outside of ASCII has several bytes.
                    '?' => "[^/]+",
                    '.' or '+' or '(' or ')' or '|' or '{' or '}' or '[' or ']' or '^' or '$' or '\\' => "\\" + letter,
                    _ => letter.ToString(),
                }
            );
        }

        return text.ToString();
    }

    private Dictionary<AttemptRequest, LeftFiles> ParseOutput(IReadOnlyList<AttemptRequest> requests, string[] words)
    {
        var found = new Dictionary<AttemptRequest, LeftFiles>(ReferenceEqualityComparer.Instance);
        var (request, listed) = ((AttemptRequest?)null, new Listing());
        for (var at = 0; at < words.Length; at++)
        {
            switch (words[at])
            {
                case "@" when at + 1 < words.Length:
                    request =
                        int.TryParse(words[++at], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < requests.Count
                            ? requests[index]
                            : null;
                    listed = new Listing();
                    break;
                case "!" when request is not null:
                    found[request] = new LeftFiles([], $"its folder on {place} is gone, and with it the files to carry");
                    request = null;
                    break;
                case "w" when at + 1 < words.Length:
                    listed.Root = words[++at] + "/";
                    break;
                case "f" when at + 2 < words.Length:
                    if (long.TryParse(words[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                    {
                        listed.Sizes[TrimStart(words[at + 2])] = size;
                    }

                    at += 2;
                    break;
                case "l" when at + 2 < words.Length:
                    listed.Links[TrimStart(words[at + 1])] = words[at + 2];
                    at += 2;
                    break;
                case "=" when request is not null:
                    found[request] = SelectFiles(request, listed);
                    request = null;
                    break;
                case { Length: > 68 } line when ParseHash(line) is var (name, hash):
                    listed.Hashes[name] = hash;
                    break;
                default:
                    break;
            }
        }

        return found;
    }

    // 'HASH  ./name'; the line of a name with a line end or a backslash begins with a backslash, and the name is escaped.
    private static (string Name, Sha256 Hash)? ParseHash(string line)
    {
        var text = line[0] == '\\' ? line[1..].Replace(@"\\", @"\", StringComparison.Ordinal) : line;
        return text.Length > 68 && text[64..68] == "  ./" && Sha256.TryParse(text[..64], out var hash) ? (text[68..], hash) : null;
    }

    private static string TrimStart(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private LeftFiles SelectFiles(AttemptRequest request, Listing listed)
    {
        var files = new Dictionary<string, LeftFile>(StringComparer.Ordinal);
        var (unread, before) = (new List<string>(), ScriptDecisions.GetCarried(request).ToDictionary(static file => file.Path));
        foreach (var (entry, raw) in request.Task.Carry.SelectMany(entry => FindMatches(entry, listed)))
        {
            var path = RawFileName.Decode(raw)!;
            var target = entry.Target ?? path;
            // An empty file is a checkpoint whose writer was killed. Outputs of dependencies are staged anew.
            if (listed.Sizes[raw] == 0 || target.StartsWith(DependenciesFolder, StringComparison.Ordinal) || files.ContainsKey(target))
            {
                continue;
            }

            if (path.Any(char.IsControl) || !listed.Hashes.TryGetValue(raw, out var hash) || FindSource(raw, listed) is not { } source)
            {
                unread.Add(UntrustedText.ToLine(path));
            }
            else if (target != path || !request.Planned.Inputs.Any(input => input.Path == path && input.Content == hash))
            {
                files[target] = new LeftFile(target, source, hash, listed.Sizes[raw], request.Attempt, place)
                {
                    OriginFolder = request.RelativeFolder,
                };
            }
        }

        return new LeftFiles(
            // An attempt that has written none of them leaves those that it began with, as a whole.
            files.Values.All(file => before.TryGetValue(file.Path, out var same) && same.Hash == file.Hash)
                ? []
                : [.. files.Values.OrderBy(static file => file.Path, StringComparer.Ordinal)],
            unread.Count == 0
                ? null
                : $"not carried, because they cannot be read on {place} or lead out of the work folder: "
                    + string.Join(", ", unread.Order(StringComparer.Ordinal).Take(MaxNamedFiles))
        );
    }

    private static IEnumerable<(CarryRequest Entry, string Raw)> FindMatches(CarryRequest entry, Listing listed) =>
        listed
            .Sizes.Keys.Where(raw => RawFileName.Decode(raw) is { } path && Globs.IsMatch(entry.Pattern, path))
            .Order(StringComparer.Ordinal)
            .Select(raw => (entry, raw));

    // Path of the file itself, relative to 'work'; null if it is outside.
    private static string? FindSource(string raw, Listing listed) =>
        !listed.Links.TryGetValue(raw, out var target) ? RawFileName.Decode(raw)
        : target.StartsWith(listed.Root, StringComparison.Ordinal) ? RawFileName.Decode(target[listed.Root.Length..])
        : null;

    /// <summary>Matching files of one attempt, by their path in <c>work/</c> as bytes.</summary>
    private sealed class Listing
    {
        public string Root { get; set; } = "/";

        public Dictionary<string, long> Sizes { get; } = new(StringComparer.Ordinal);

        /// <summary>Links, with the absolute path of their target.</summary>
        public Dictionary<string, string> Links { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Sha256> Hashes { get; } = new(StringComparer.Ordinal);
    }
}
