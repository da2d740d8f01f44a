using System.Globalization;
using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>What a campaign prints while it is asked, and what it throws where nobody catches it. Its threads may write at once, also when the call is over.</summary>
internal sealed class CampaignOutput
{
    private const int MostLines = 100;
    private const int LongestLine = 1000;

    // What a terminal obeys is left out afterwards.
    private const int LongestRaw = 4 * LongestLine;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly StringBuilder _line = new();
    private long _left;
    private bool _closed;
    private Exception? _stray;

    /// <summary>The first exception that nobody caught; null if there is none.</summary>
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

    /// <summary>Adds text; what comes after the end is dropped.</summary>
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

    /// <summary>Notes an exception of another thread of the campaign.</summary>
    /// <returns>Whether somebody will tell of it: the call is not over.</returns>
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
