using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Evidence;

/// <summary>Text that others wrote, inside of Markdown: no markup, no row, no HTML and no link of its own.</summary>
internal static class MarkdownText
{
    /// <summary>As part of a line or of a table's cell.</summary>
    public static string Inline(string? value)
    {
        var line = OutsideText.ToLine(value);
        var text = new StringBuilder(line.Length + 16);
        for (var i = 0; i < line.Length; i++)
        {
            text.Append(line[i] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\\' or '|' or '[' or ']' or '`' or '*' or '~' or '$' or '!' => "\\" + line[i],
                // Addresses become links by themselves, with a scheme, as www. and as those of mail.
                ':' when line.AsSpan(i).StartsWith("://") => "\\:",
                '.' when i >= 3 && line.AsSpan(i - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase) => "\\.",
                '@' => "&#64;",
                // Inside of a word it is a sign of names.
                '_' when i == 0 || i + 1 == line.Length || !char.IsLetterOrDigit(line[i - 1]) || !char.IsLetterOrDigit(line[i + 1]) => "\\_",
                var c => c.ToString(),
            });
        }

        return text.ToString();
    }

    /// <summary>As code, inside of a table or not.</summary>
    public static string Code(string? value) => "`" + OutsideText.ToLine(value).Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal) + "`";
}
