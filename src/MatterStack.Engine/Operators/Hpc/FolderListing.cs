using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What stands in a folder of another machine.</summary>
/// <param name="Raw">Its path in the folder, each byte one character.</param>
/// <param name="Kind">As <c>find</c> says it: <c>f</c>, <c>d</c>, <c>l</c>, <c>p</c>, <c>s</c>, …</param>
/// <param name="Size">Bytes.</param>
/// <param name="Blocks">Blocks of 512 bytes that it takes.</param>
/// <param name="Written">When it was last written.</param>
/// <param name="Link">Where it leads if it is a link, each byte one character.</param>
internal sealed record ListedEntry(string Raw, char Kind, long Size, long Blocks, DateTime Written, string Link);

/// <summary>How a folder of another machine was found.</summary>
internal abstract partial record FolderListing
{
    private const int Fields = 6;

    private FolderListing()
    {
    }

    /// <summary>It is there.</summary>
    /// <param name="Names">Absolute paths by which it is known there.</param>
    /// <param name="Entries">All that stands in it and below.</param>
    /// <param name="Unopened">Folders below that could not be looked into, with the machine's words; their paths are as it prints them.</param>
    public sealed record Found(IReadOnlyList<string> Names, IReadOnlyList<ListedEntry> Entries, IReadOnlyList<KeyValuePair<string, string>> Unopened) : FolderListing;

    /// <summary>It is not, and what it should stand in is.</summary>
    public sealed record Gone : FolderListing;

    /// <summary>It cannot be looked into.</summary>
    /// <param name="Why">The machine's words.</param>
    public sealed record Closed(string Why) : FolderListing;

    /// <summary>Lists folders with all that is in them, each by itself.</summary>
    /// <param name="shell">The machine.</param>
    /// <param name="root">What the folders stand in, a shell word.</param>
    /// <param name="folders">The folders, shell words.</param>
    /// <param name="patience">How long nothing may be said.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Of as many as were listed, in their order; and why there are no more, if so.</returns>
    public static (IReadOnlyList<FolderListing> Listings, ShellAnswer.None? Broken) Of(IShell shell, string root, IReadOnlyList<string> folders, TimeSpan patience, CancellationToken cancel)
    {
        var script = new StringBuilder("LC_ALL=C; export LC_ALL\nexec 3>&1\n")
            .Append("list() {\n")
            .Append("  if err=$(ls -d -- \"$1/.\" 2>&1 > /dev/null) && cd -- \"$1\"; then\n")
            .Append("    printf '@\\0%s\\0%s\\0' \"$(pwd -P)\" \"$PWD\"\n")
            .Append("    err=$(find . -mindepth 1 -printf '%y\\0%s\\0%b\\0%T@\\0%P\\0%l\\0' 2>&1 >&3)\n")
            .Append("    printf '=\\0%s\\0' \"$err\"\n")
            .Append("  else\n")
            .Append(CultureInfo.InvariantCulture, $"    if [ -d {root}/. ]; then printf '!\\0root\\0%s\\0' \"$err\"; else printf '!\\0none\\0%s\\0' \"$(ls -d -- {root}/. 2>&1)\"; fi\n")
            .Append("  fi\n}\n");
        foreach (var folder in folders)
        {
            script.Append("(list ").Append(folder).Append(")\n");
        }

        using var output = new MemoryStream();
        var answer = shell.Run(new ShellCall(script.ToString(), patience) { Output = output }, cancel);
        var listings = Read(RawText.Of(output.GetBuffer().AsSpan(0, (int)output.Length)).Split('\0'));
        return (listings, answer is ShellAnswer.Ended && listings.Count == folders.Count ? null
            : answer as ShellAnswer.None ?? new ShellAnswer.None("the attempts' folders could not be listed", Reached: true));
    }

    // A listing that broke off in the middle is none.
    private static List<FolderListing> Read(string[] words)
    {
        var listings = new List<FolderListing>();
        for (var at = 0; at < words.Length;)
        {
            if (words[at] == "!" && at + 2 < words.Length)
            {
                listings.Add(words[at + 1] == "root" && GoneWords().IsMatch(words[at + 2]) ? new Gone() : new Closed(Last(words[at + 2])));
                at += 3;
                continue;
            }

            if (words[at] != "@" || at + 2 >= words.Length)
            {
                break;
            }

            string[] names = [.. new[] { words[at + 1], words[at + 2] }.Distinct()];
            var entries = new List<ListedEntry>();
            for (at += 3; at + Fields < words.Length && words[at] != "="; at += Fields)
            {
                entries.Add(new ListedEntry(words[at + 4], words[at].Length == 1 ? words[at][0] : '?', Number(words[at + 1]), Number(words[at + 2]), Time(words[at + 3]), words[at + 5]));
            }

            if (at + 1 >= words.Length || words[at] != "=")
            {
                break;
            }

            listings.Add(new Found(names, entries, [.. ErrorLine().Matches(words[at + 1])
                .Where(m => !m.Groups[2].Value.EndsWith("No such file or directory", StringComparison.Ordinal))
                .Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value.Trim()))]));
            at += 2;
        }

        return listings;
    }

    private static string Last(string words) => words.LastIndexOf(": ", StringComparison.Ordinal) is > 0 and var at ? words[(at + 2)..] : words.Length == 0 ? "it cannot be entered" : words;

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static DateTime Time(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) && seconds is > -60_000_000_000m and < 250_000_000_000m
            ? DateTime.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : DateTime.UnixEpoch;

    [GeneratedRegex("No such file or directory$|Not a directory$")]
    private static partial Regex GoneWords();

    [GeneratedRegex(@"^find: '(?:\./)?(.*)': (.*)$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
