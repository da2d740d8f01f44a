using System.Text;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Files;

/// <summary>The end of what a program printed, for people: without colours, cursor movements and other control characters.</summary>
internal static partial class LogTail
{
    private const int MostBytesPerLine = 400;

    /// <summary>The last lines that are not empty; none if the file cannot be read.</summary>
    public static IReadOnlyList<string> Of(string path, int lines)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            stream.Seek(-Math.Min(stream.Length, lines * MostBytesPerLine), SeekOrigin.End);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return [.. reader.ReadToEnd().Split('\n').Select(Plain).Where(static line => line.Length > 0).TakeLast(lines)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The end of a file with its lines as they stand, and the file's size in bytes; null if it cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">How much of it at most.</param>
    public static (string Text, long Size)? End(string path, int bytes)
    {
        try
        {
            using var stream = RegularFile.OpenRead(path);
            var size = stream.Length;
            var from = Math.Max(0, size - bytes);
            stream.Seek(from, SeekOrigin.Begin);
            var buffer = new byte[size - from];
            var lines = Encoding.UTF8.GetString(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false))).Split('\n');
            // A line that was cut in two says something else.
            return (string.Join('\n', (from > 0 && lines.Length > 1 ? lines[1..] : lines).Select(Shown)).TrimEnd(), size);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Plain(string line) => Shown(line).Trim();

    // What a line says last is what stands after its last carriage return: progress bars write over themselves.
    private static string Shown(string line)
    {
        var shown = EscapeSequence().Replace(line, "").TrimEnd('\r');
        return new string([.. shown[(shown.LastIndexOf('\r') + 1)..].Where(static c => c == '\t' || !char.IsControl(c))]);
    }

    [GeneratedRegex(@"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[@-Z\\-_])", RegexOptions.CultureInvariant)]
    private static partial Regex EscapeSequence();
}
