using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Yaml;

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

/// <summary>A mapping with unique keys.</summary>
internal sealed record MapNode(IReadOnlyList<MapEntry> Entries, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string TypeDescription => "a mapping";

    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}

/// <summary>A key with its value.</summary>
internal sealed record MapEntry(ScalarNode Key, YamlNode Value);

/// <summary>A list.</summary>
internal sealed record ListNode(IReadOnlyList<YamlNode> Items, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string TypeDescription => "a list";
}

/// <summary>Type of a scalar in the core schema of YAML 1.2.</summary>
internal enum ScalarKind
{
    /// <summary>Text, quoted or not.</summary>
    Text,

    /// <summary>Empty, <c>~</c> or <c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A decimal integer.</summary>
    Integer,

    /// <summary>Any other number: with a fraction, an exponent, hexadecimal, a leading zero.</summary>
    Number,
}

/// <summary>A single value.</summary>
internal sealed record ScalarNode(string Text, ScalarKind Kind, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string TypeDescription => Kind switch
    {
        ScalarKind.Text => "text",
        ScalarKind.Null => "nothing (null)",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Integer => "an integer",
        _ => "a number",
    };
}
