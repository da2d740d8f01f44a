using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A file to send, known there by its content.</summary>
/// <param name="Content">Hash of its content, which is checked at both ends.</param>
/// <param name="Source">Absolute path here.</param>
internal sealed record SentFile(Sha256 Content, string Source);

/// <summary>Sends files to a machine. What was interrupted is carried on; a part never stands under a final name; hashes are checked at both ends.</summary>
internal sealed class FileMover(IShell shell, TimeSpan stall)
{
    /// <summary>End of the name of a part.</summary>
    internal const string PartSuffix = ".matterstack-part";

    /// <summary>Sends files into a folder that holds each under the hash of its content; those that are there already are not sent again.</summary>
    /// <param name="files">Each content once.</param>
    /// <param name="store">The folder there as a shell word, already quoted.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Null; or why not all are there now.</returns>
    public ShellAnswer.None? Send(IReadOnlyList<SentFile> files, string store, CancellationToken cancel)
    {
        if (files.Count == 0)
        {
            return null;
        }

        // What is there, whole or in part.
        var list = shell.Run(new ShellCall($"mkdir -p -- {store} && cd -- {store} || exit 1\nfor f in *; do [ -f \"$f\" ] && wc -c \"$f\"; done; exit 0", stall), cancel);
        if (list is not ShellAnswer.Ended { ExitCode: 0 } listed)
        {
            return Why(list, $"the folder {store} cannot be used");
        }

        var there = Sizes(listed.Output);
        var missing = files.Where(f => !there.ContainsKey(f.Content.Hex))
            .Select(f => (File: f, Length: new FileInfo(f.Source).Length, Offset: there.GetValueOrDefault(f.Content.Hex + PartSuffix))).ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        var script = new StringBuilder($"cd -- {store} || exit 1\n")
            .Append("take() { head -c \"$2\" >> \"$1\"; }\n")
            // A part that fills up with a wrong content would never come right.
            .Append("check() { s=$(sha256sum < \"$2\") && if [ \"${s%% *}\" = \"$1\" ]; then mv -f -- \"$2\" \"$1\"; else rm -f -- \"$2\"; false; fi; }\n")
            .Append("bad=0\n");
        foreach (var (file, length, known) in missing)
        {
            var part = file.Content.Hex + PartSuffix;
            var offset = known > length ? 0 : known;
            if (known > length)
            {
                script.Append(CultureInfo.InvariantCulture, $"rm -f {part}\n");
            }

            script.Append(CultureInfo.InvariantCulture, $"take {part} {length - offset}\n[ \"$(wc -c < {part})\" -eq {length} ] || exit 3\ncheck {file.Content.Hex} {part} || bad=4\n");
        }

        script.Append("exit $bad\n");
        var inline = script.Length < 64 << 10;
        if (!inline)
        {
            // Too long for a command line: in halves, each of which is whole in itself.
            var half = files.Count / 2;
            return Send([.. files.Take(half)], store, cancel) ?? Send([.. files.Skip(half)], store, cancel);
        }

        var sent = shell.Run(new ShellCall(script.ToString(), stall)
        {
            Input = stream =>
            {
                foreach (var (file, length, known) in missing)
                {
                    using var from = RegularFile.OpenRead(file.Source);
                    from.Position = known > length ? 0 : known;
                    from.CopyTo(stream);
                }
            },
        }, cancel);
        return sent is ShellAnswer.Ended { ExitCode: 0 } ? null : Why(sent, "a file did not arrive as it was sent");
    }

    private static Dictionary<string, long> Sizes(string lines)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var words in lines.Split('\n').Select(line => line.Trim().Split(' ', 2)).Where(words => words.Length == 2))
        {
            if (long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                sizes[words[1]] = size;
            }
        }

        return sizes;
    }

    internal static ShellAnswer.None Why(ShellAnswer answer, string otherwise) => answer switch
    {
        ShellAnswer.None none => none,
        ShellAnswer.Ended ended => new(ended.Error.Trim() is { Length: > 0 } words ? $"{otherwise}: {words}" : otherwise, Reached: true),
        _ => throw new InvalidOperationException("No rule for this answer"),
    };
}
