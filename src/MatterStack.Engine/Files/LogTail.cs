using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Files;

/// <summary>The end of what a program printed, for people: without colours, cursor movements and other control characters. This is the only way in which logs are read.</summary>
/// <param name="root">The run's folder.</param>
/// <param name="hide">Hides secrets in what is read; null: nothing is hidden.</param>
internal sealed class LogTail(string root, Func<string, string>? hide = null)
{
    private const int MostBytesPerLine = 400;

    // What is hidden must not be cut in two where the end begins.
    private const int Margin = 4096;

    /// <summary>The last lines that are not empty; none if there is no such file or it cannot be read.</summary>
    public LogEnd Of(string relative, int lines)
    {
        if (Last(relative, lines * MostBytesPerLine, out var refused) is not { } last)
        {
            return new LogEnd([], refused);
        }

        return new LogEnd([.. last.Text.Split('\n').Select(line => OutsideText.ToLine(Shown(line)).Trim()).Where(static line => line.Length > 0).TakeLast(lines)], null);
    }

    /// <summary>The last bytes of a log, from the beginning of a line where lines are not too long; empty if it cannot be read.</summary>
    public byte[] Bytes(string relative, int most) => LastBytes(relative, most, out _)?.Bytes ?? [];

    /// <summary>The end of a file with its lines as they stand, and the file's size in bytes; null if it cannot be read.</summary>
    /// <param name="relative">The file's path inside of the run.</param>
    /// <param name="most">How much of it, in bytes, at the most.</param>
    public (string Text, long Size)? End(string relative, int most) =>
        Last(relative, most, out _) is { } last ? (string.Join('\n', last.Text.Split('\n').Select(WithTabs)).TrimEnd(), last.Size) : null;

    private (string Text, long Size)? Last(string relative, int most, out string? refused)
    {
        if (LastBytes(relative, most + Margin, out refused) is not { } last)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(last.Bytes);
        text = hide?.Invoke(text) ?? text;
        if (text.Length <= most)
        {
            return (text, last.Size);
        }

        // A line that was cut in two says something else.
        var from = text.IndexOf('\n', text.Length - most) is >= 0 and var end && end < text.Length - 1 ? end + 1 : text.Length - most;
        return (text[from..], last.Size);
    }

    private (byte[] Bytes, long Size)? LastBytes(string relative, int most, out string? refused)
    {
        refused = null;
        try
        {
            using var stream = TaskFile.OpenRead(root, relative, alone: true);
            var length = stream.Length;
            stream.Seek(-Math.Min(length, most), SeekOrigin.End);
            var bytes = new byte[Math.Min(length, most)];
            bytes = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
            return (length > most && Array.IndexOf(bytes, (byte)'\n') is >= 0 and var end && end < bytes.Length - 1 ? bytes[(end + 1)..] : bytes, length);
        }
        catch (RefusedFileException e)
        {
            refused = $"{Path.GetFileName(relative)} is not read: {e.Message}";
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // What a line says last is what stands after its last carriage return: progress bars write over themselves.
    private static string Shown(string line)
    {
        var shown = line.TrimEnd('\r');
        return shown[(shown.LastIndexOf('\r') + 1)..];
    }

    private static string WithTabs(string line) => string.Join('\t', Shown(line).Split('\t').Select(static part => OutsideText.ToLine(part, int.MaxValue)));
}

/// <summary>The end of a log.</summary>
/// <param name="Lines">Its last lines.</param>
/// <param name="Refused">Why it is not read, if what is there is no log; null otherwise.</param>
internal sealed record LogEnd(IReadOnlyList<string> Lines, string? Refused);
