using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;

namespace MatterStack.Engine.Operators.Attempts;

/// <summary>The first line of a file that matches each of some patterns.</summary>
internal sealed class MarkedFile(IEnumerable<string> patterns)
{
    // A file without line ends must not fill the memory.
    private const int LongestLine = 1 << 20;

    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);
    private readonly List<(string Text, Regex Regex)> _open =
    [
        .. patterns.Distinct(StringComparer.Ordinal).Select(static pattern => (pattern, new Regex(pattern, FailureMark.PatternOptions))),
    ];

    /// <summary>Number of the first line that matches a pattern, from 1; null if none does.</summary>
    public long? FindLine(string pattern) => _lines.TryGetValue(pattern, out var line) ? line : null;

    /// <summary>Searches the lines of a text in UTF-8. Lines of more than 1 MiB are searched in parts.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public void Search(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        var buffer = new char[1 << 16];
        var line = new StringBuilder();
        var number = 1L;
        while (_open.Count > 0 && reader.Read(buffer, 0, buffer.Length) is > 0 and var length)
        {
            var rest = buffer.AsSpan(0, length);
            while (rest.IndexOf('\n') is >= 0 and var end)
            {
                MatchLine(line, rest[..end], number++);
                line.Clear();
                rest = rest[(end + 1)..];
            }

            line.Append(rest);
            if (line.Length > LongestLine)
            {
                MatchLine(line, [], number);
                line.Clear();
            }
        }

        if (line.Length > 0)
        {
            MatchLine(line, [], number);
        }
    }

    private void MatchLine(StringBuilder beginning, ReadOnlySpan<char> end, long number)
    {
        var text = beginning.Length == 0 ? end : beginning.Append(end).ToString();
        text = text.TrimEnd('\r');
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Regex.IsMatch(text))
            {
                _lines[_open[i].Text] = number;
                _open.RemoveAt(i);
            }
        }
    }
}
