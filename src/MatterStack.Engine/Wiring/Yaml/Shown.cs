namespace MatterStack.Engine.Wiring.Yaml;

/// <summary>Words of a file as messages may show them: short, on one line.</summary>
internal static class Shown
{
    public static string Name(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 60 ? line : line[..57] + "...";
    }
}
