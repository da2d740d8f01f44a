using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A value in a YAML file with its position. An alias shares the node of its anchor.</summary>
internal abstract record YamlNode(Mark Start, Mark End)
{
    /// <summary>Number of values including itself, with aliases expanded.</summary>
    public int ValueCount { get; init; } = 1;

    /// <summary>Number of nested levels including its own.</summary>
    public int Height { get; init; } = 1;

    /// <summary>Description of its type for messages.</summary>
    public abstract string TypeDescription { get; }
}
