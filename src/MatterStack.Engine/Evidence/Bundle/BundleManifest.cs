using System.Text;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Evidence.Bundle;

/// <summary><c>manifest-sha256.txt</c>, in the format of <c>sha256sum</c>: hash, two spaces, path.</summary>
internal static class BundleManifest
{
    public static void Write(Stream stream, IEnumerable<BundleFile> files)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        foreach (var file in files)
        {
            writer.WriteLine(FormatLine(file.Hash, file.Path));
        }
    }

    /// <summary>
    /// Reads paths and hashes in the order of the lines; calls <paramref name="wrong"/> with a message for each malformed line.
    /// </summary>
    public static List<(string Path, Sha256 Hash)> Read(Stream stream, Action<string> wrong) => [.. EnumerateEntries(stream, wrong)];

    /// <inheritdoc cref="Read"/>
    /// <remarks>Reads line by line, so that the caller can stop early.</remarks>
    public static IEnumerable<(string Path, Sha256 Hash)> EnumerateEntries(Stream stream, Action<string> wrong)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var reader = new StreamReader(
            stream,
            new UTF8Encoding(false, throwOnInvalidBytes: false),
            detectEncodingFromByteOrderMarks: false
        );
        var number = 0;
        foreach (var (line, ended) in UntrustedBundleLimits.ReadLines(reader))
        {
            number++;
            if (!ended)
            {
                wrong("its last line does not end with a line feed");
            }

            if (ParseLine(line) is not { } entry)
            {
                wrong($"line {number} is not a hash and a path inside the bundle");
            }
            else if (!seen.Add(entry.Path))
            {
                wrong($"line {number} names '{entry.Path}' again");
            }
            else
            {
                yield return entry;
            }
        }
    }

    // A leading backslash marks a path with escaped characters.
    private static string FormatLine(Sha256 hash, string path) =>
        path.AsSpan().ContainsAny('\\', '\n', '\r') ? $"\\{hash}  {EscapePath(path)}" : $"{hash}  {path}";

    private static string EscapePath(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal);

    private static (string Path, Sha256 Hash)? ParseLine(string line)
    {
        var escaped = line.StartsWith('\\');
        var rest = escaped ? line[1..] : line;
        if (rest.Length < 67 || rest[64] != ' ' || rest[65] is not (' ' or '*') || !Sha256.TryParse(rest[..64], out var hash))
        {
            return null;
        }

        var path = escaped ? UnescapePath(rest[66..]) : rest[66..];
        return path is not null && IsInsideBundle(path) ? (path, hash) : null;
    }

    private static string? UnescapePath(string path)
    {
        var text = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '\\')
            {
                text.Append(path[i]);
                continue;
            }

            switch (++i < path.Length ? path[i] : ' ')
            {
                case '\\':
                    text.Append('\\');
                    break;
                case 'n':
                    text.Append('\n');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                default:
                    return null;
            }
        }

        return text.ToString();
    }

    private static bool IsInsideBundle(string path) =>
        path[0] != '/' && !path.Contains('\0', StringComparison.Ordinal) && !path.Split('/').Any(static s => s is "" or "." or "..");
}
