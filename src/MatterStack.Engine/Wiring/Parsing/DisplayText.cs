namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Shortens texts of a file to one line of at most 60 characters for messages.</summary>
internal static class DisplayText
{
    public static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 60 ? line : line[..57] + "...";
    }
}
