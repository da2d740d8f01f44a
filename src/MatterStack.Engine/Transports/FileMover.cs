using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A file to send, known there by its content.</summary>
/// <param name="Content">Hash of its content, which is checked at both ends.</param>
/// <param name="Source">Absolute path here.</param>
internal sealed record SentFile(Sha256 Content, string Source);

/// <summary>A file to bring.</summary>
/// <param name="Source">Path there as a shell word, already quoted.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Content">Hash of its content there.</param>
/// <param name="Target">Absolute path here.</param>
internal sealed record BroughtFile(string Source, long Size, Sha256 Content, string Target);

/// <summary>Moves files to and from a machine. What was interrupted is carried on; a part never stands under a final name; hashes are checked at both ends.</summary>
internal sealed class FileMover(IShell shell, TimeSpan stall)
{
    private const string PartSuffix = ".matterstack-part";

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

    /// <summary>Brings files. Those that are here already with the same content are not brought again.</summary>
    /// <returns>Null; or why not all are here now.</returns>
    public ShellAnswer.None? Bring(IReadOnlyList<BroughtFile> files, CancellationToken cancel)
    {
        var wanted = files.Where(f => !IsHere(f)).ToList();
        if (wanted.Count == 0)
        {
            return null;
        }

        var script = new StringBuilder();
        foreach (var file in wanted)
        {
            var have = PartLength(file);
            script.Append(have == 0 ? $"cat -- {file.Source}\n" : string.Create(CultureInfo.InvariantCulture, $"tail -c +{have + 1} -- {file.Source}\n"));
        }

        using var parts = new PartWriter(wanted.Select(f => (Part(f), f.Size - PartLength(f))).ToList());
        var answer = shell.Run(new ShellCall(script.ToString(), stall) { Output = parts }, cancel);
        parts.Close();
        string? wrong = null;
        foreach (var file in wanted.Where(f => PartLength(f) == f.Size))
        {
            wrong = Settle(file) ?? wrong;
        }

        return answer is not ShellAnswer.Ended { ExitCode: 0 } ? Why(answer, "a file could not be read there")
            : wrong is not null || wanted.Any(f => !File.Exists(f.Target)) ? new ShellAnswer.None(wrong ?? "a file did not come as a whole", Reached: true)
            : null;
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

    private static string Part(BroughtFile file) => Path.Combine(Path.GetDirectoryName(file.Target)!, "." + Path.GetFileName(file.Target) + PartSuffix);

    private static long PartLength(BroughtFile file)
    {
        var part = new FileInfo(Part(file));
        return !part.Exists || part.LinkTarget is not null || part.Length > file.Size ? 0 : part.Length;
    }

    private static bool IsHere(BroughtFile file)
    {
        if (!File.Exists(file.Target) || new FileInfo(file.Target).Length != file.Size)
        {
            return false;
        }

        using var stream = RegularFile.OpenRead(file.Target);
        return Sha256.Of(stream) == file.Content;
    }

    private static string? Settle(BroughtFile file)
    {
        bool right;
        using (var stream = RegularFile.OpenRead(Part(file)))
        {
            right = Sha256.Of(stream) == file.Content;
        }

        if (!right)
        {
            File.Delete(Part(file));
            return $"'{Path.GetFileName(file.Target)}' arrived with another content than it has there";
        }

        File.Move(Part(file), file.Target, overwrite: true);
        return null;
    }

    private static ShellAnswer.None Why(ShellAnswer answer, string otherwise) => answer switch
    {
        ShellAnswer.None none => none,
        ShellAnswer.Ended ended => new(ended.Error.Trim() is { Length: > 0 } words ? $"{otherwise}: {words}" : otherwise, Reached: true),
        _ => throw new InvalidOperationException("No rule for this answer"),
    };
}
