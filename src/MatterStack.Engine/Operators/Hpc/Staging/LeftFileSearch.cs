using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
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
    // A large file is hashed without output; this tells that the machine is alive. No process of it may hold the output open.
    private const string Functions = """
        LC_ALL=C; export LC_ALL
        left() {
          printf '@\0%s\0' "$1"
          cd -- "$2/work" 2>/dev/null || { printf '!\0'; return; }
          find . -regextype posix-extended -type f -size +0c -regex "$3" -printf 'f\0%s\0%P\0' 2>/dev/null
          find . -regextype posix-extended -type f -size +0c -regex "$3" -print0 2>/dev/null | xargs -0 -r -n 200 sha256sum -- 2>/dev/null | tr '\n' '\0'
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
            found[request] = new LeftFiles([], $"the files to carry could not be looked for on {place}: {why}");
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
        foreach (var letter in RawFileName.Decode(segment) ?? segment)
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
        var (request, sizes, hashes) = ((AttemptRequest?)null, new Dictionary<string, long>(), new Dictionary<string, Sha256>());
        for (var at = 0; at < words.Length; at++)
        {
            switch (words[at])
            {
                case "@" when at + 1 < words.Length:
                    request =
                        int.TryParse(words[++at], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < requests.Count
                            ? requests[index]
                            : null;
                    (sizes, hashes) = ([], []);
                    break;
                case "!" when request is not null:
                    found[request] = new LeftFiles([], $"its folder on {place} is gone, and with it the files to carry");
                    request = null;
                    break;
                case "f" when at + 2 < words.Length:
                    if (long.TryParse(words[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                    {
                        sizes[words[at + 2]] = size;
                    }

                    at += 2;
                    break;
                case "=" when request is not null:
                    found[request] = SelectFiles(request, sizes, hashes);
                    request = null;
                    break;
                case { Length: > 68 } line when ParseHash(line) is var (path, hash):
                    hashes[path] = hash;
                    break;
                default:
                    break;
            }
        }

        return found;
    }

    // 'HASH  ./name'; a line whose name has a newline or a backslash begins with a backslash, and such a name is not carried.
    private static (string Path, Sha256 Hash)? ParseHash(string line) =>
        Sha256.TryParse(line[..64], out var hash) && line[64..68] == "  ./" ? (line[68..], hash) : null;

    private LeftFiles SelectFiles(AttemptRequest request, Dictionary<string, long> sizes, Dictionary<string, Sha256> hashes)
    {
        var files = new Dictionary<string, LeftFile>(StringComparer.Ordinal);
        var unread = new List<string>();
        foreach (var (raw, size) in sizes)
        {
            if (
                RawFileName.Decode(raw) is not { } path
                || request.Task.Carry.FirstOrDefault(entry => Globs.IsMatch(entry.Pattern, path)) is not { } entry
            )
            {
                continue;
            }

            if (hashes.TryGetValue(raw, out var hash))
            {
                files[entry.Target ?? path] = new LeftFile(entry.Target ?? path, path, hash, size, request.Attempt, place);
            }
            else
            {
                unread.Add(path);
            }
        }

        return new LeftFiles(
            [.. files.Values.OrderBy(static file => file.Path, StringComparer.Ordinal)],
            unread.Count == 0
                ? null
                : $"to be carried, and not readable on {place}: {string.Join(", ", unread.Order(StringComparer.Ordinal).Take(5))}"
        );
    }
}
