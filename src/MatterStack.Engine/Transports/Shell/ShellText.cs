namespace MatterStack.Engine.Transports.Shell;

/// <summary>Text for a POSIX shell.</summary>
internal static class ShellText
{
    /// <summary>Quotes a text as one shell word, whatever characters it contains.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>Quotes a text as one shell word if it has characters with a meaning for the shell.</summary>
    public static string QuoteIfNeeded(string text) =>
        text.Length > 0 && text.All(static c => char.IsAsciiLetterOrDigit(c) || "_-./:@%+=,".Contains(c, StringComparison.Ordinal))
            ? text
            : Quote(text);

    /// <summary>Returns one comment line; line breaks become blanks.</summary>
    public static string ToComment(string text) => "# " + text.Replace('\n', ' ').Replace('\r', ' ');
}
