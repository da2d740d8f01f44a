using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Staging;

/// <summary>Result of listing a remote folder.</summary>
internal abstract partial record FolderListing
{
    private const int FieldCount = 6;

    private FolderListing() { }

    /// <summary>The folder exists.</summary>
    /// <param name="AbsolutePaths">Absolute paths of the folder.</param>
    /// <param name="Entries">All entries of the folder and its subfolders.</param>
    /// <param name="UnreadableFolders">Subfolders that could not be listed, with the machine's message; the paths are as the machine prints
    /// them.</param>
    public sealed record Found(
        IReadOnlyList<string> AbsolutePaths,
        IReadOnlyList<ListedEntry> Entries,
        IReadOnlyList<KeyValuePair<string, string>> UnreadableFolders
    ) : FolderListing;

    /// <summary>The folder does not exist, and its parent does.</summary>
    public sealed record Missing : FolderListing;

    /// <summary>The folder cannot be listed.</summary>
    /// <param name="Reason">Message of the machine.</param>
    public sealed record Unreadable(string Reason) : FolderListing;

    /// <summary>Lists folders with all their content, each independently.</summary>
    /// <param name="shell">Shell on the machine.</param>
    /// <param name="root">Parent of the folders, as a shell word.</param>
    /// <param name="folders">The folders, as shell words.</param>
    /// <param name="patience">Maximum time without output.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <returns>The listings so far, in the order of the folders; and why there are no more, or null.</returns>
    public static (IReadOnlyList<FolderListing> Listings, ShellResult.NoAnswer? Broken) ListFolders(
        IShell shell,
        string root,
        IReadOnlyList<string> folders,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        var script = new StringBuilder("LC_ALL=C; export LC_ALL\nexec 3>&1\n")
            .Append("list() {\n")
            .Append("  if err=$(ls -d -- \"$1/.\" 2>&1 > /dev/null) && cd -- \"$1\"; then\n")
            .Append("    printf '@\\0%s\\0%s\\0' \"$(pwd -P)\" \"$PWD\"\n")
            .Append("    err=$(find . -mindepth 1 -printf '%y\\0%s\\0%b\\0%T@\\0%P\\0%l\\0' 2>&1 >&3)\n")
            .Append("    printf '=\\0%s\\0' \"$err\"\n")
            .Append("  else\n")
            .Append(
                CultureInfo.InvariantCulture,
                $"    if [ -d {root}/. ]; then printf '!\\0root\\0%s\\0' \"$err\"; else printf '!\\0none\\0%s\\0' \"$(ls -d -- {root}/. "
                    + $"2>&1)\"; fi\n"
            )
            .Append("  fi\n}\n");
        foreach (var folder in folders)
        {
            script.Append("(list ").Append(folder).Append(")\n");
        }

        using var output = new MemoryStream();
        var answer = shell.Run(new ShellCall(script.ToString(), patience) { Output = output }, cancel);
        var listings = ParseListings(RawFileName.FromBytes(output.GetBuffer().AsSpan(0, (int)output.Length)).Split('\0'));
        return (
            listings,
            answer is ShellResult.Ended && listings.Count == folders.Count
                ? null
                : answer as ShellResult.NoAnswer ?? new ShellResult.NoAnswer("the attempts' folders could not be listed", WasReached: true)
        );
    }

    // An incomplete listing is ignored.
    private static List<FolderListing> ParseListings(string[] words)
    {
        var listings = new List<FolderListing>();
        var at = 0;
        while (at < words.Length)
        {
            if (words[at] == "!" && at + 2 < words.Length)
            {
                listings.Add(
                    words[at + 1] == "root" && MissingFolderPattern().IsMatch(words[at + 2])
                        ? new Missing()
                        : new Unreadable(GetLastPart(words[at + 2]))
                );
                at += 3;
                continue;
            }

            if (words[at] != "@" || at + 2 >= words.Length)
            {
                break;
            }

            string[] names = [.. new[] { words[at + 1], words[at + 2] }.Distinct()];
            var entries = new List<ListedEntry>();
            for (at += 3; at + FieldCount < words.Length && words[at] != "="; at += FieldCount)
            {
                entries.Add(
                    new ListedEntry(
                        words[at + 4],
                        words[at].Length == 1 ? words[at][0] : '?',
                        ParseNumber(words[at + 1]),
                        ParseNumber(words[at + 2]),
                        ParseTime(words[at + 3]),
                        words[at + 5]
                    )
                );
            }

            if (at + 1 >= words.Length || words[at] != "=")
            {
                break;
            }

            listings.Add(
                new Found(
                    names,
                    entries,
                    [
                        .. ErrorLinePattern()
                            .Matches(words[at + 1])
                            .Where(m => !m.Groups[2].Value.EndsWith("No such file or directory", StringComparison.Ordinal))
                            .Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value.Trim())),
                    ]
                )
            );
            at += 2;
        }

        return listings;
    }

    private static string GetLastPart(string words) =>
        words.LastIndexOf(": ", StringComparison.Ordinal) is > 0 and var at ? words[(at + 2)..]
        : words.Length == 0 ? "it cannot be entered"
        : words;

    private static long ParseNumber(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static DateTime ParseTime(string text) =>
        decimal.TryParse(
            text,
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var seconds
        ) && seconds is > -60_000_000_000m and < 250_000_000_000m
            ? DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : DateTime.UnixEpoch;

    [GeneratedRegex("No such file or directory$|Not a directory$")]
    private static partial Regex MissingFolderPattern();

    [GeneratedRegex(@"^find: '(?:\./)?(.*)': (.*)$", RegexOptions.Multiline)]
    private static partial Regex ErrorLinePattern();
}
