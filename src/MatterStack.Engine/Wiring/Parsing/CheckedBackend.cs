using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A checked backend whose references are resolved.</summary>
internal sealed record CheckedBackend(BackendType Type, Settings Settings);
