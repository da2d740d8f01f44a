using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Files;

/// <summary>
/// Reads the end of a program's log for people: without colours, cursor movements and other control characters. All code reads logs through
/// this class.
/// </summary>
/// <param name="root">The run's folder.</param>
/// <param name="hide">Removes secrets from the text; null removes nothing.</param>
internal sealed class LogTail(string root, Func<string, string>? hide = null)
{
    private const int MaxBytesPerLine = 400;

    // Bytes read in addition, so that a secret is not cut in two where the shown part starts.
    private const int RedactionMarginBytes = 4096;

    /// <summary>Reads the last lines that are not empty. Returns no lines if the file is missing or cannot be read.</summary>
    public LogEnd ReadLastLines(string relative, int lines)
    {
        if (ReadLastText(relative, lines * MaxBytesPerLine, out var refused) is not { } last)
        {
            return new LogEnd([], refused);
        }

        return new LogEnd(
            [
                .. last
                    .Text.Split('\n')
                    .Select(line => UntrustedText.ToLine(GetVisibleText(line)).Trim())
                    .Where(static line => line.Length > 0)
                    .TakeLast(lines),
            ],
            null
        );
    }

    /// <summary>
    /// Reads the last bytes of a log, from the start of a line unless a line is too long. Returns an empty array if the file cannot be
    /// read.
    /// </summary>
    public byte[] ReadLastBytes(string relative, int most) => ReadFileEnd(relative, most, out _)?.Bytes ?? [];

    /// <summary>
    /// Reads the end of a file with its line breaks, and the file's size in bytes. Returns null if the file cannot be read.
    /// </summary>
    /// <param name="relative">Path of the file inside the run.</param>
    /// <param name="most">Limit in bytes.</param>
    public (string Text, long Size)? ReadEnd(string relative, int most) =>
        ReadLastText(relative, most, out _) is { } last
            ? (string.Join('\n', last.Text.Split('\n').Select(CleanLine)).TrimEnd(), last.Size)
            : null;

    private (string Text, long Size)? ReadLastText(string relative, int most, out string? refused)
    {
        if (ReadFileEnd(relative, most + RedactionMarginBytes, out refused) is not { } last)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(last.Bytes);
        text = hide?.Invoke(text) ?? text;
        if (text.Length <= most)
        {
            return (text, last.Size);
        }

        // Starts at a full line, since a cut line can be misleading.
        var from = text.IndexOf('\n', text.Length - most) is >= 0 and var end && end < text.Length - 1 ? end + 1 : text.Length - most;
        return (text[from..], last.Size);
    }

    private (byte[] Bytes, long Size)? ReadFileEnd(string relative, int most, out string? refused)
    {
        refused = null;
        try
        {
            using var stream = TaskFile.OpenRead(root, relative, alone: true);
            var length = stream.Length;
            stream.Seek(-Math.Min(length, most), SeekOrigin.End);
            var bytes = new byte[Math.Min(length, most)];
            bytes = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            return (
                length > most && Array.IndexOf(bytes, (byte)'\n') is >= 0 and var end && end < bytes.Length - 1
                    ? bytes[(end + 1)..]
                    : bytes,
                length
            );
        }
        catch (RefusedFileException e)
        {
            refused = $"{Path.GetFileName(relative)} is not read: {e.Message}";
            return null;
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return null;
        }
    }

    // Only the text after the last carriage return is visible: progress bars overwrite themselves.
    private static string GetVisibleText(string line)
    {
        var shown = line.TrimEnd('\r');
        return shown[(shown.LastIndexOf('\r') + 1)..];
    }

    private static string CleanLine(string line) =>
        string.Join('\t', GetVisibleText(line).Split('\t').Select(static part => UntrustedText.ToLine(part, int.MaxValue)));
}
