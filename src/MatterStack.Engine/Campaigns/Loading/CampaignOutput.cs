using System.Globalization;
using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Collects printed output and uncaught exceptions of a campaign during a call. Threads may write concurrently, also after the
/// call has ended.</summary>
internal sealed class CampaignOutput
{
    private const int MostLines = 100;
    private const int LongestLine = 1000;

    // More than a line, because control sequences are removed afterwards.
    private const int LongestRaw = 4 * LongestLine;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly StringBuilder _line = new();
    private long _left;
    private bool _closed;
    private Exception? _stray;

    /// <summary>The first uncaught exception; null if there is none.</summary>
    public Exception? Stray
    {
        get
        {
            lock (_lock)
            {
                return _stray;
            }
        }
    }

    /// <summary>Adds text. Text after the end of the call is dropped.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            foreach (var c in text)
            {
                if (c is '\n')
                {
                    EndLine();
                }
                else if (_line.Length < LongestRaw)
                {
                    _line.Append(c);
                }
            }
        }
    }

    /// <summary>Records an uncaught exception of the campaign.</summary>
    /// <returns>Whether the call will report it; false if the call has ended.</returns>
    public bool Note(Exception stray)
    {
        lock (_lock)
        {
            _stray ??= stray;
            return !_closed;
        }
    }

    /// <summary>Ends the call.</summary>
    /// <returns>The lines, and the first stray exception.</returns>
    public (IReadOnlyList<string> Lines, Exception? Stray) Close()
    {
        lock (_lock)
        {
            if (_line.Length > 0)
            {
                EndLine();
            }

            _closed = true;
            return (_left == 0 ? [.. _lines] : [.. _lines, string.Create(CultureInfo.InvariantCulture, $"… and {_left} more lines")], _stray);
        }
    }

    private void EndLine()
    {
        if (_lines.Count < MostLines)
        {
            var line = OutsideText.ToLine(_line.ToString(), LongestLine).Trim();
            if (line.Length > 0)
            {
                _lines.Add(line);
            }
        }
        else
        {
            _left++;
        }

        _line.Clear();
    }
}
