using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MatterStack.Engine.Wiring.Secrets;

/// <summary>Forms of a secret in the output of programs: plain, line by line, escaped for URLs, JSON, HTML and shells, in base64 and in
/// hexadecimal digits.</summary>
internal static class SecretForms
{
    /// <summary>Minimum length of a hidden value, in characters.</summary>
    public const int MinLength = 4;

    // Shorter encoded forms would match ordinary text.
    private const int MinEncodedLength = 8;
    private const int MinLineLength = 8;

    public static IEnumerable<string> GetForms(string value)
    {
        var trimmed = value.Trim();
        return trimmed.Length < MinLength
            ? []
            : GetPlainForms(trimmed)
                .Concat(GetPlainForms(trimmed).SelectMany(GetEscapedForms))
                .Concat(GetEncodedForms(value))
                .Concat(GetEncodedForms(trimmed))
                .Where(static f => f.Length >= MinLength)
                .Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> GetPlainForms(string value)
    {
        yield return value;
        // A service may repeat the token without the name of its authorization scheme.
        if (value.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is [_, { Length: >= MinLength } token])
        {
            yield return token;
        }

        var lines = value.Split(['\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length > 1)
        {
            yield return string.Join(' ', lines);
            foreach (var line in lines.Where(static l => l.Length >= MinLineLength))
            {
                yield return line;
            }
        }
    }

    private static IEnumerable<string> GetEscapedForms(string value)
    {
        var url = Uri.EscapeDataString(value);
        yield return url;
        yield return LowerEscapes(url, '%', 2);
        yield return url.Replace("%20", "+", StringComparison.Ordinal);
        yield return WebUtility.UrlEncode(value);
        yield return WebUtility.HtmlEncode(value);
        foreach (var encoder in new[] { JavaScriptEncoder.Default, JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
        {
            var json = JsonEncodedText.Encode(value, encoder).Value;
            yield return json;
            yield return LowerEscapes(json, 'u', 4);
            yield return json.Replace("/", "\\/", StringComparison.Ordinal);
        }

        yield return EscapeToAscii(value);
        yield return value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        yield return value.Replace("'", "'\\''", StringComparison.Ordinal);
        yield return value.Replace("'", "'\"'\"'", StringComparison.Ordinal);
    }

    // In base64, the form of a secret inside a longer text depends on its offset, and its first and last digits on the text around it.
    private static IEnumerable<string> GetEncodedForms(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length < MinLength)
        {
            yield break;
        }

        yield return Convert.ToHexString(bytes);
        yield return Convert.ToHexStringLower(bytes);
        // A separate value has the padding characters or not.
        yield return Convert.ToBase64String(bytes);
        yield return Convert.ToBase64String(bytes).TrimEnd('=');
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var whole = text[(before == 0 ? 0 : before + 1)..((before + bytes.Length) * 8 / 6)];
            if (whole.Length >= MinEncodedLength || before == 0)
            {
                yield return whole;
                yield return whole.Replace('+', '-').Replace('/', '_');
            }
        }
    }

    // Escapes for JSON in ASCII.
    private static string EscapeToAscii(string value) =>
        string.Concat(
            JsonEncodedText
                .Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)
                .Value.Select(static c => c < 0x7f ? c.ToString() : $"\\u{(int)c:x4}")
        );

    private static string LowerEscapes(string text, char sign, int digits)
    {
        var lower = new StringBuilder(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == sign && i + digits < text.Length && (sign == '%' || (i > 0 && text[i - 1] == '\\')))
            {
                for (var d = i + 1; d <= i + digits; d++)
                {
                    lower[d] = char.ToLowerInvariant(text[d]);
                }
            }
        }

        return lower.ToString();
    }
}
