namespace MatterStack.Engine.Transports;

/// <summary>Text for a POSIX shell.</summary>
internal static class ShellText
{
    /// <summary>One word whatever characters it holds.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    /// <summary>One comment line: what would end the line is taken out.</summary>
    public static string Comment(string text) => "# " + text.Replace('\n', ' ').Replace('\r', ' ');
}
