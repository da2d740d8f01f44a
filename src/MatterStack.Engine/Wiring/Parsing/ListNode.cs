using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A list.</summary>
internal sealed record ListNode(IReadOnlyList<YamlNode> Items, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string TypeDescription => "a list";
}
