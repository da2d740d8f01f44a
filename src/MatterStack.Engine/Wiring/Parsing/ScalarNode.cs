using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A single value.</summary>
internal sealed record ScalarNode(string Text, ScalarKind Kind, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string TypeDescription =>
        Kind switch
        {
            ScalarKind.Text => "text",
            ScalarKind.Null => "nothing (null)",
            ScalarKind.Boolean => "a boolean",
            ScalarKind.Integer => "an integer",
            _ => "a number",
        };
}
