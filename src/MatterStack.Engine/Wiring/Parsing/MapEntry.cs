namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A key with its value.</summary>
internal sealed record MapEntry(ScalarNode Key, YamlNode Value);
