using MatterStack.Engine.Problems;
using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Converts marks of the YAML parser into source positions.</summary>
internal static class YamlPositions
{
    public static SourcePosition ToPosition(string file, Mark at) => new(file, Math.Max(1, (int)at.Line), Math.Max(1, (int)at.Column));

    /// <summary>Returns the range of a scalar in one line; for other nodes only the start, so that an editor does not underline half of the
    /// file.</summary>
    public static SourcePosition ToPosition(string file, YamlNode node) =>
        node is ScalarNode { End: var end } && end.Line == node.Start.Line
            ? ToPosition(file, node.Start) with
            {
                EndLine = (int)end.Line,
                EndColumn = (int)end.Column,
            }
            : ToPosition(file, node.Start);
}
