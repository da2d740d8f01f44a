using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Schema;
using MatterStack.Engine.Wiring.Yaml;

namespace MatterStack.Engine.Wiring;

/// <summary>A checked backend whose references are resolved.</summary>
internal sealed record CheckedBackend(BackendType Type, Settings Settings);
