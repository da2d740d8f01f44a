using System.Globalization;
using System.Text;

namespace MatterStack.Engine.Campaigns;

/// <summary>MSBuild's escapes in items and metadata: <c>%</c> and two hex digits.</summary>
internal static class ItemText
{
    // Far more than a reason or a path has, and less than a console takes in.
    private const int Most = 1 << 20;

    /// <summary>A text of bounded length without control characters, for an item or its metadata: it becomes JSON.</summary>
    public static string Plain(string text)
    {
        if (text.Length <= Most && !text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
        {
            return text;
        }

        var cut = text.Length <= Most ? text.Length : char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most;
        return string.Create(cut, text, static (plain, from) =>
        {
            for (var i = 0; i < plain.Length; i++)
            {
                plain[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
    }

    public static string Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
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
