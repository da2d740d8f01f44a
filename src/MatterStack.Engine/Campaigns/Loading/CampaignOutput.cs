using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Collects printed output and uncaught exceptions of a campaign during a call. Threads may write concurrently, also after the
/// call has ended.</summary>
internal sealed class CampaignOutput
{
    private const int MaxLines = 100;
    private const int MaxLineLength = 1000;

    // More than a line, because control sequences are removed afterwards.
    private const int MaxRawLength = 4 * MaxLineLength;

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly StringBuilder _line = new();
    private long _droppedLines;
    private bool _closed;
    private Exception? _stray;

    /// <summary>The first uncaught exception; null if there is none.</summary>
    public Exception? StrayException
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
                else if (_line.Length < MaxRawLength)
                {
                    _line.Append(c);
                }
            }
        }
    }

    /// <summary>Records an uncaught exception of the campaign.</summary>
    /// <returns>Whether the call will report it; false if the call has ended.</returns>
    public bool RecordStrayException(Exception stray)
    {
        lock (_lock)
        {
            _stray ??= stray;
            return !_closed;
        }
    }

    /// <summary>Ends the call.</summary>
    /// <returns>The lines, and the first stray exception.</returns>
    public (IReadOnlyList<string> Lines, Exception? Stray) EndCall()
    {
        lock (_lock)
        {
            if (_line.Length > 0)
            {
                EndLine();
            }

            _closed = true;
            return (_droppedLines == 0 ? [.. _lines] : [.. _lines, $"… and {CountText.FormatCount(_droppedLines, "more line")}"], _stray);
        }
    }

    private void EndLine()
    {
        if (_lines.Count < MaxLines)
        {
            var line = UntrustedText.ToLine(_line.ToString(), MaxLineLength).Trim();
            if (line.Length > 0)
            {
                _lines.Add(line);
            }
        }
        else
        {
            _droppedLines++;
        }

        _line.Clear();
    }
}
