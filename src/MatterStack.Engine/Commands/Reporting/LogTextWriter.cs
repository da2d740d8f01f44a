using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands.Reporting;

/// <summary>Writes each line of a document as a message of the log.</summary>
internal sealed class LogTextWriter(ICommandLog log, string indent = "") : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Number of lines that a log cannot show as a whole.</summary>
    public int CutLines { get; private set; }

    public override void Write(char value)
    {
        if (value == '\n')
        {
            EndLine();
        }
        else
        {
            _line.Append(value);
        }
    }

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        while (buffer.IndexOf('\n') is >= 0 and var end)
        {
            _line.Append(buffer[..end]);
            EndLine();
            buffer = buffer[(end + 1)..];
        }

        _line.Append(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _line.Length > 0)
        {
            EndLine();
        }

        base.Dispose(disposing);
    }

    private void EndLine()
    {
        var line = _line.ToString().TrimEnd('\r');
        _line.Clear();
        CutLines += line.Length > UntrustedText.MaxLineLength ? 1 : 0;
        log.Info(indent + line);
    }
}
