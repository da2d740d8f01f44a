using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Legacy;

/// <summary>A backend from a file other than <c>operators.yaml</c>.</summary>
internal sealed record ExternalBackend(string Type, Settings Settings, LegacyInput Input);
