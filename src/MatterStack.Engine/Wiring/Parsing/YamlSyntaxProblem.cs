using MatterStack.Engine.Problems;
using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Creates a problem from a syntax error of the YAML parser.</summary>
internal static class YamlSyntaxProblem
{
    public static Problem CreateProblem(string message, Mark at, string text, string file)
    {
        var place = YamlPositions.ToPosition(file, at);
        var lines = text.Split('\n');
        // For a tab, the parser may report the begin of the mapping; for other errors, the tab that caused them may be one line earlier.
        var suspects = message.Contains("tab", StringComparison.Ordinal)
            ? Enumerable.Range(place.Line, lines.Length)
            : [place.Line, place.Line - 1];
        foreach (var line in suspects.Where(line => line >= 1 && line <= lines.Length))
        {
            if (FindTabInIndent(lines[line - 1]) is { } column)
            {
                return new Problem(
                    WiringCodes.YamlSyntax,
                    "The indentation contains a tab; YAML requires spaces",
                    "Indent with spaces.",
                    new SourcePosition(file, line, column)
                );
            }
        }

        return Problem.Create(WiringCodes.YamlSyntax, "Not valid YAML: " + message.ReplaceLineEndings(" ").TrimEnd('.'), place);
    }

    private static int? FindTabInIndent(string line)
    {
        var indent = line.Length - line.AsSpan().TrimStart(" \t").Length;
        return indent < line.Length && line.IndexOf('\t', 0, indent) is var tab and >= 0 ? tab + 1 : null;
    }
}
