using System.Runtime.CompilerServices;
using System.Text;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Markup with interpolated values, which are escaped. The compiler calls its methods for the parts of an interpolated
/// string.</summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlMarkup
{
    private readonly StringBuilder _text;
    private readonly HtmlWriter _writer;

    /// <param name="literalLength">Number of characters outside of the values.</param>
    /// <param name="formattedCount">Number of values.</param>
    /// <param name="writer">Escapes the values.</param>
    public HtmlMarkup(int literalLength, int formattedCount, HtmlWriter writer) =>
        (_text, _writer) = (new StringBuilder(literalLength + (formattedCount * 16)), writer);

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(object? value, string? format = null) => _text.Append(_writer.Escape(value, format));

    public override string ToString() => _text.ToString();
}
