using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Reports.Markdown;

/// <summary>Escapes untrusted text for Markdown, so that it adds no markup, table row, HTML or link.</summary>
internal static class MarkdownText
{
    /// <summary>Text as part of a line or a table cell.</summary>
    public static string EscapeInline(string? value)
    {
        var line = UntrustedText.ToLine(value);
        var text = new StringBuilder(line.Length + 16);
        for (var i = 0; i < line.Length; i++)
        {
            text.Append(
                line[i] switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '\\' or '|' or '[' or ']' or '`' or '*' or '~' or '$' or '!' => "\\" + line[i],
                    // Markdown turns URLs, "www." and mail addresses into links.
                    ':' when line.AsSpan(i).StartsWith("://") => "\\:",
                    '.' when i >= 3 && line.AsSpan(i - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase) => "\\.",
                    '@' => "&#64;",
                    // An underscore inside a word is not markup.
                    '_' when i == 0 || i + 1 == line.Length || !char.IsLetterOrDigit(line[i - 1]) || !char.IsLetterOrDigit(line[i + 1]) =>
                        "\\_",
                    var c => c.ToString(),
                }
            );
        }

        return text.ToString();
    }

    /// <summary>Text as inline code, inside or outside a table.</summary>
    public static string FormatCode(string? value) =>
        "`" + UntrustedText.ToLine(value).Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal) + "`";
}
