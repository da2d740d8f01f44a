using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A mapping with unique keys.</summary>
internal sealed record MapNode(IReadOnlyList<MapEntry> Entries, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string TypeDescription => "a mapping";

    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}
