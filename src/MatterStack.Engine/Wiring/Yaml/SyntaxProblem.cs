using MatterStack.Engine.Problems;
using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Yaml;

/// <summary>Makes the parser's complaint about syntax readable.</summary>
internal static class SyntaxProblem
{
    public static Problem From(string message, Mark at, string text, string file)
    {
        var place = Place.Of(file, at);
        var lines = text.Split('\n');
        // About tabs the parser complains wherever the mapping began; other complaints come up to a line after the tab that is to blame.
        var suspects = message.Contains("tab", StringComparison.Ordinal) ? Enumerable.Range(place.Line, lines.Length) : [place.Line, place.Line - 1];
        foreach (var line in suspects.Where(line => line >= 1 && line <= lines.Length))
        {
            if (TabInIndent(lines[line - 1]) is { } column)
            {
                return new Problem(WiringCodes.YamlSyntax, "A tab stands where YAML wants spaces", "Indent with spaces.", new SourcePosition(file, line, column));
            }
        }

        return Problem.Of(WiringCodes.YamlSyntax, "Not valid YAML: " + message.ReplaceLineEndings(" ").TrimEnd('.'), place);
    }

    private static int? TabInIndent(string line)
    {
        var indent = line.Length - line.AsSpan().TrimStart(" \t").Length;
        return indent < line.Length && line.IndexOf('\t', 0, indent) is var tab and >= 0 ? tab + 1 : null;
    }
}
