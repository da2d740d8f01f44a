using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace MatterStack.Engine.Evidence.Report;

/// <summary>Writes HTML. What stands in the holes of a text is always escaped; markup comes from our own sources only.</summary>
internal sealed class Html(TextWriter writer, PortableText paths)
{
    private readonly Escaping _escaping = new(paths);

    /// <summary>Markup with holes for texts.</summary>
    public void Write(FormattableString markup) => writer.Write(markup.ToString(_escaping));

    /// <summary>Markup, style or script of our own, as it is.</summary>
    public void Raw(string markup) => writer.Write(markup);

    private sealed class Escaping(PortableText paths) : IFormatProvider, ICustomFormatter
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

        public string Format(string? format, object? arg, IFormatProvider? formatProvider) => arg switch
        {
            null => "",
            IFormattable number => Encoder.Encode(number.ToString(format, CultureInfo.InvariantCulture)),
            _ => Encoder.Encode(PlainText.Of(paths.Clean(arg.ToString()!)!)),
        };
    }
}
