using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MatterStack.Engine.Reports.Markdown;

/// <summary>A text with interpolated values in the format of no culture. The compiler calls its methods for the parts of an interpolated
/// string.</summary>
[InterpolatedStringHandler]
internal readonly ref struct InvariantText
{
    private readonly StringBuilder _text;

    /// <param name="literalLength">Number of characters outside of the values.</param>
    /// <param name="formattedCount">Number of values.</param>
    public InvariantText(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(object? value, string? format = null) =>
        _text.Append(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value);

    public override string ToString() => _text.ToString();
}
