using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace MatterStack.Engine.Reports.Html;

/// <summary>Writes HTML. Interpolated values are always escaped; markup comes only from this engine.</summary>
internal sealed class HtmlWriter(TextWriter writer, PathRedactor paths)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Writes markup with interpolated values, which are escaped.</summary>
    public void Write([InterpolatedStringHandlerArgument("")] HtmlMarkup markup) => writer.Write(markup.ToString());

    /// <summary>Writes markup, style or script of this engine without escaping.</summary>
    public void WriteRaw(string markup) => writer.Write(markup);

    /// <summary>Escapes a value. A text also loses invisible characters and paths outside of the run.</summary>
    public string Escape(object? value, string? format) =>
        value switch
        {
            null => "",
            IFormattable number => Encoder.Encode(number.ToString(format, CultureInfo.InvariantCulture)),
            _ => Encoder.Encode(PlainText.RemoveInvisible(paths.Redact(value.ToString()!)!)),
        };
}
