using System.Text;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands.Logs;

/// <summary>Lines of files that programs wrote, as a terminal may show them.</summary>
internal static class LogText
{
    private const int TabWidth = 8;

    /// <summary>Splits a text into lines; a last line may be without an end.</summary>
    public static IReadOnlyList<string> SplitLines(string text) =>
        text.Length == 0 ? [] : text[..(text.EndsWith('\n') ? text.Length - 1 : text.Length)].Split('\n');

    /// <summary>Returns a line without control characters: of a progress bar its last state, and blanks for tabs.</summary>
    public static string CleanLine(string line)
    {
        var shown = line.TrimEnd('\r');
        shown = shown[(shown.LastIndexOf('\r') + 1)..];
        return UntrustedText.ToLine(ExpandTabs(shown), UntrustedText.MaxLineLength).TrimEnd();
    }

    private static string ExpandTabs(string line)
    {
        if (!line.Contains('\t', StringComparison.Ordinal))
        {
            return line;
        }

        var text = new StringBuilder();
        foreach (var letter in line.AsSpan(0, Math.Min(line.Length, UntrustedText.MaxLineLength)))
        {
            if (letter == '\t')
            {
                text.Append(' ', TabWidth - (text.Length % TabWidth));
            }
            else
            {
                text.Append(letter);
            }
        }

        return text.ToString();
    }
}
