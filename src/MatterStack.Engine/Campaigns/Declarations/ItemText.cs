using System.Globalization;
using System.Text;

namespace MatterStack.Engine.Campaigns.Declarations;

/// <summary>Text of MSBuild items and metadata, with its escapes: <c>%</c> and two hex digits.</summary>
internal static class ItemText
{
    // Characters: much more than a reason or a path needs, and few enough for a console.
    private const int MaxLength = 1 << 20;

    /// <summary>Returns a text of bounded length without control characters, for an item or its metadata, which MSBuild can print as
    /// JSON.</summary>
    public static string RemoveControls(string text)
    {
        if (
            text.Length <= MaxLength
            && !text.AsSpan().ContainsAnyInRange('\0', '\u001f')
            && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f')
        )
        {
            return text;
        }

        var cut =
            text.Length <= MaxLength ? text.Length
            : char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1
            : MaxLength;
        return string.Create(cut, text, static (plain, from) =>
        {
            for (var i = 0; i < plain.Length; i++)
            {
                plain[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
    }

    /// <summary>Replaces the escapes of a text by their characters.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (
                text[i] == '%'
                && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            )
            {
                result.Append((char)code);
                i += 2;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
