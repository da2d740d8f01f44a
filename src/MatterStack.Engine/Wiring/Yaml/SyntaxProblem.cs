using MatterStack.Engine.Problems;
using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Yaml;

/// <summary>Makes the parser's complaint about syntax readable.</summary>
internal static class SyntaxProblem
{
    public static Problem From(string message, Mark at, string text, string file)
    {
        var place = Place.Of(file, at);
        if (TabBefore(text, place.Line) is { } tab)
        {
            return new Problem(WiringCodes.YamlSyntax, "A tab stands where YAML wants spaces", "Indent with spaces.", new SourcePosition(file, tab.Line, tab.Column));
        }

        return Problem.Of(WiringCodes.YamlSyntax, "Not valid YAML: " + message.ReplaceLineEndings(" ").TrimEnd('.'), place);
    }

    // The parser reports a tab in the indentation as some other thing, sometimes on the next line.
    private static (int Line, int Column)? TabBefore(string text, int line)
    {
        var lines = text.Split('\n', line + 1);
        for (var index = Math.Min(line, lines.Length) - 1; index >= Math.Max(0, line - 2); index--)
        {
            var indent = lines[index].AsSpan()[..(lines[index].Length - lines[index].AsSpan().TrimStart().Length)];
            if (indent.IndexOf('\t') is var tab and >= 0 && indent.Length < lines[index].TrimEnd('\n').Length)
            {
                return (index + 1, tab + 1);
            }
        }

        return null;
    }
}
