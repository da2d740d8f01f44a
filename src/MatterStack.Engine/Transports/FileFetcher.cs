using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Transports;

/// <summary>A file to bring.</summary>
/// <param name="Source">Path there as a shell word, already quoted.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Content">Hash of its content there.</param>
/// <param name="Target">Absolute path here.</param>
internal sealed record BroughtFile(string Source, long Size, Sha256 Content, string Target);

/// <summary>Brings files from a machine. What was interrupted is carried on; a part never stands under a final name; hashes are checked at both ends.</summary>
internal sealed class FileFetcher(IShell shell, TimeSpan stall)
{
    private const string PartSuffix = ".matterstack-part";

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
