namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A backend from a file other than <c>operators.yaml</c>.</summary>
internal sealed record ExternalBackend(string Type, Settings Settings, LegacyInput Input);
