using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes HTML. Interpolated values are always escaped; markup comes only from this engine.</summary>
internal sealed class HtmlWriter(TextWriter writer, PathRedactor paths)
{
    private readonly EscapingFormatter _escaping = new(paths);

    /// <summary>Writes markup with interpolated values, which are escaped.</summary>
    public void Write(FormattableString markup) => writer.Write(markup.ToString(_escaping));

    /// <summary>Writes markup, style or script of this engine without escaping.</summary>
    public void WriteRaw(string markup) => writer.Write(markup);

    private sealed class EscapingFormatter(PathRedactor paths) : IFormatProvider, ICustomFormatter
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            null => "",
            IFormattable number => Encoder.Encode(number.ToString(format, CultureInfo.InvariantCulture)),
            _ => Encoder.Encode(PlainText.RemoveInvisible(paths.Redact(arg.ToString()!)!)),
        };
    }
}
