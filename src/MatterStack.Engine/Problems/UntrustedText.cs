using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MatterStack.Engine.Problems;

/// <summary>Makes text from outside (tasks, people, instruments, hooks, file names) harmless: one line of bounded length, without control
/// sequences of a terminal, commands of a CI system or characters that XML forbids.</summary>
internal static partial class UntrustedText
{
    /// <summary>Maximum length of a stored reason, in characters.</summary>
    public const int MaxReasonLength = 1000;

    /// <summary>Maximum length of a printed line, in characters.</summary>
    public const int MaxLineLength = 4000;

    // A sequence without an end within this length is treated as text.
    private const int MaxSequenceLength = 4096;
    private const char Escape = '\u001b';
    private const string JenkinsNote = "\u001b[8mha:";
    private const string JenkinsNoteEnd = "\u001b[0m";

    /// <summary>Returns the text as one line; a text longer than <paramref name="most"/> characters is cut and ends with '…'.</summary>
    public static string ToLine(string? text, int most = MaxReasonLength)
    {
        if (text is null)
        {
            return "";
        }

        var line =
            text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? RemoveControls(text, most)
            : text.Length > most ? text[..(most + 1)]
            : text;
        line = BreakCommands(line);
        return line.Length <= most ? line : TruncateLine(line, most);
    }

    /// <inheritdoc cref="ToLine"/>
    public static string? ToLineOrNull(string? text, int most = MaxReasonLength) => text is null ? null : ToLine(text, most);

    // Returns more than the permitted length if the text is longer, so that the caller knows that it must cut.
    private static string RemoveControls(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most) + 2);
        var blank = false;
        var i = 0;
        while (i < text.Length && line.Length <= most)
        {
            if (text[i] is Escape or '\u009b' or '\u009d' or '\u0090')
            {
                i = SkipSequence(text, i);
                continue;
            }

            _ = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used);
            i += used;
            if (rune.Value is '\n' or '\r' or '\t' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029)
            {
                // Consecutive line ends become one blank.
                line.Append(blank ? "" : " ");
                blank = true;
            }
            else if (!IsHidden(rune) && !IsNonCharacter(rune))
            {
                // Decoding has replaced half surrogate pairs by U+FFFD.
                line.Append(rune.ToString());
                blank = false;
            }
        }

        return line.ToString();
    }

    // Control characters, marks of text direction, and characters without width.
    private static bool IsHidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        || rune.Value is 0x2065 or 0x34f or 0x115f or 0x1160 or 0x3164 or 0xffa0;

    private static bool IsNonCharacter(Rune rune) => (rune.Value & 0xfffe) == 0xfffe || rune.Value is >= 0xfdd0 and <= 0xfdef;

    private static int SkipSequence(string text, int start)
    {
        if (string.CompareOrdinal(text, start, JenkinsNote, 0, JenkinsNote.Length) == 0)
        {
            var end = text.IndexOf(JenkinsNoteEnd, start, StringComparison.Ordinal);
            return end < 0 ? start + JenkinsNote.Length : end + JenkinsNoteEnd.Length;
        }

        var match = EscapeSequencePattern().Match(text, start, Math.Min(MaxSequenceLength, text.Length - start));
        return start + (match.Success && match.Index == start ? match.Length : 1);
    }

    // A line that begins with '::name' is a command for GitHub's runner. Anywhere in a line, '##[…]' is one for GitHub and Azure,
    // '##vso[…]' for Azure and '##teamcity[…]' for TeamCity.
    // A GitLab section begins with a name, a carriage return and an escape sequence; only the name is left here.
    private static string BreakCommands(string line)
    {
        if (line.Contains("##", StringComparison.Ordinal))
        {
            line = BracketCommandPattern().Replace(line, "# #");
        }

        if (line.Contains("::", StringComparison.Ordinal))
        {
            line = ColonCommandPattern().Replace(line, static m => string.Join(' ', m.Value.ToCharArray()));
        }

        return line.Contains("section_", StringComparison.Ordinal) ? SectionPattern().Replace(line, "$1 :") : line;
    }

    private static string TruncateLine(string line, int most)
    {
        var length = most - 1;
        return line[..(length > 0 && char.IsHighSurrogate(line[length - 1]) ? length - 1 : length)] + "…";
    }

    [GeneratedRegex(
        @"\G(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|\x9d|\x90)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~])",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex EscapeSequencePattern();

    [GeneratedRegex(@"##(?=[A-Za-z]*\[)", RegexOptions.CultureInvariant)]
    private static partial Regex BracketCommandPattern();

    [GeneratedRegex(@"(?<![\w:>)\]}])::+(?=[A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex ColonCommandPattern();

    [GeneratedRegex(@"\b(section_(?:start|end)):(?=[0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex SectionPattern();
}
