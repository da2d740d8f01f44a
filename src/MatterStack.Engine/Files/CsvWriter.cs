using System.Buffers;
using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Files;

/// <summary>Writes comma-separated values by RFC 4180: fields in quotes where they need them, and lines that end with CR LF.</summary>
/// <remarks>
/// Numbers and times have their invariant form, and read back as the same values. An unknown value (null) is an empty field, and an empty
/// text is <c>""</c>. Texts are written as they are: one that begins with <c>=</c> is not changed, because a reader of the data
/// would get another value.
/// </remarks>
/// <param name="text">Receives the lines; the caller disposes it.</param>
internal sealed class CsvWriter(TextWriter text)
{
    // Some readers cut off blanks at the ends of a field without quotes.
    private static readonly SearchValues<char> NeedingQuotes = SearchValues.Create(",\"\r\n");
    private bool _isRowBegun;
    private bool _isRowEmpty;

    /// <summary>Writes a row.</summary>
    /// <param name="values">Texts, numbers, Booleans, times, durations (in seconds), and null for unknown values.</param>
    /// <exception cref="ArgumentException">A value is of another type.</exception>
    public void WriteRow(params IEnumerable<object?> values)
    {
        foreach (var value in values)
        {
            Write(value);
        }

        EndRow();
    }

    /// <summary>Writes the next field of the row.</summary>
    /// <inheritdoc cref="WriteRow" />
    public void Write(object? value)
    {
        switch (value)
        {
            case null:
                WriteUnknown();
                break;
            case string known:
                WriteText(known);
                break;
            case bool known:
                WritePlain(known ? "true" : "false");
                break;
            case DateTimeOffset known:
                WritePlain(known.ToText());
                break;
            case TimeSpan known:
                WriteNumber(known.TotalSeconds);
                break;
            case double known:
                WriteNumber(known);
                break;
            case byte or short or int or long or float or decimal or uint or ulong:
                WritePlain(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentException($"A value of type {value.GetType().Name} has no form in a table", nameof(value));
        }
    }

    /// <summary>Writes a text as the next field of the row; null: unknown.</summary>
    public void WriteText(string? value)
    {
        if (value is null)
        {
            WriteUnknown();
            return;
        }

        BeginField();
        if (value.Length > 0 && !value.AsSpan().ContainsAny(NeedingQuotes) && value[0] != ' ' && value[^1] != ' ')
        {
            text.Write(value);
            return;
        }

        text.Write('"');
        text.Write(value.Replace("\"", "\"\"", StringComparison.Ordinal));
        text.Write('"');
    }

    /// <summary>Writes a number as the next field of the row; null: unknown.</summary>
    public void WriteNumber(double? value)
    {
        if (value is { } known)
        {
            WritePlain(known.ToString("R", CultureInfo.InvariantCulture));
        }
        else
        {
            WriteUnknown();
        }
    }

    /// <summary>Ends the row. A row of a single unknown value is <c>""</c>, since readers skip empty lines.</summary>
    public void EndRow()
    {
        if (_isRowEmpty)
        {
            text.Write("\"\"");
        }

        text.Write("\r\n");
        (_isRowBegun, _isRowEmpty) = (false, false);
    }

    private void WriteUnknown()
    {
        var isFirst = !_isRowBegun;
        BeginField();
        _isRowEmpty = isFirst;
    }

    private void WritePlain(string value)
    {
        BeginField();
        text.Write(value);
    }

    private void BeginField()
    {
        if (_isRowBegun)
        {
            text.Write(',');
        }

        (_isRowBegun, _isRowEmpty) = (true, false);
    }
}
