using MatterStack.Engine.Problems;
using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Yaml;

/// <summary>Turns the parser's marks into positions.</summary>
internal static class Place
{
    public static SourcePosition Of(string file, Mark at) => new(file, Math.Max(1, (int)at.Line), Math.Max(1, (int)at.Column));

    /// <summary>The range of a scalar; of anything longer, its start, so that an editor does not underline half a file.</summary>
    public static SourcePosition Of(string file, YamlNode node) => node is ScalarNode { End: var end } && end.Line == node.Start.Line
        ? Of(file, node.Start) with { EndLine = (int)end.Line, EndColumn = (int)end.Column }
        : Of(file, node.Start);
}
