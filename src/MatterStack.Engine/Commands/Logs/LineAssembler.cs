using System.Text;

namespace MatterStack.Engine.Commands.Logs;

/// <summary>Makes lines of bytes that arrive in parts. A line without an end is held back, and a very long one is cut.</summary>
internal sealed class LineAssembler
{
    private const int MaxHeld = 1 << 16;

    private byte[] _held = [];

    /// <summary>Adds bytes and returns the lines that they complete.</summary>
    public IReadOnlyList<string> Append(ReadOnlySpan<byte> bytes)
    {
        byte[] seen = [.. _held, .. bytes];
        var lines = new List<string>();
        var from = 0;
        while (seen.AsSpan(from).IndexOf((byte)'\n') is >= 0 and var length)
        {
            lines.Add(LogText.CleanLine(Encoding.UTF8.GetString(seen, from, length)));
            from += length + 1;
        }

        _held = seen[from..];
        if (_held.Length > MaxHeld)
        {
            // Of a progress bar only the last state is of interest.
            var last = Array.LastIndexOf(_held, (byte)'\r', _held.Length - 2);
            if (last >= 0)
            {
                _held = _held[(last + 1)..];
            }

            lines.AddRange(_held.Length > MaxHeld ? Flush() : []);
        }

        return lines;
    }

    /// <summary>Returns the line that has no end; empty if there is none.</summary>
    public IReadOnlyList<string> Flush()
    {
        var rest = _held;
        _held = [];
        return rest.Length == 0 ? [] : [LogText.CleanLine(Encoding.UTF8.GetString(rest))];
    }
}
