using YamlDotNet.Core;

namespace MatterStack.Engine.Wiring.Yaml;

/// <summary>A value in a YAML file with its place. An alias shares the node of its anchor.</summary>
internal abstract record YamlNode(Mark Start, Mark End)
{
    /// <summary>Number of values in it, itself included, with aliases expanded.</summary>
    public int Size { get; init; } = 1;

    /// <summary>Levels of nesting below and including this one.</summary>
    public int Height { get; init; } = 1;

    /// <summary>What it is, for messages.</summary>
    public abstract string What { get; }
}

/// <summary>A mapping; keys are unique.</summary>
internal sealed record MapNode(IReadOnlyList<MapEntry> Entries, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string What => "a mapping";

    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}

/// <summary>A key with its value.</summary>
internal sealed record MapEntry(ScalarNode Key, YamlNode Value);

/// <summary>A list.</summary>
internal sealed record ListNode(IReadOnlyList<YamlNode> Items, Mark Start, Mark End) : YamlNode(Start, End)
{
    public override string What => "a list";
}

/// <summary>How YAML 1.2's core schema reads a scalar.</summary>
internal enum ScalarKind
{
    /// <summary>Text, quoted or not.</summary>
    Text,

    /// <summary>Nothing, <c>~</c> or <c>null</c>.</summary>
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
    public override string What => Kind switch
    {
        ScalarKind.Text => "text",
        ScalarKind.Null => "nothing (null)",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Integer => "an integer",
        _ => "a number",
    };
}
