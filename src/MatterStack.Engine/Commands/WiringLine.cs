using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>A run's wiring in a line.</summary>
internal static class WiringLine
{
    public static string Of(RunWiring? wiring) => wiring is null
        ? "Operator wiring: none/unknown"
        : $"Operator wiring: source={wiring.Origin.ToText()}, sha256={wiring.Hash}, snapshot=operators_snapshot/operators.yaml";

    /// <summary>What people call a wiring: its file, or the built-in default.</summary>
    public static string NameOf(RunWiring wiring) => wiring.ResolvedPath is { } path ? Path.GetFileName(path) : "the built-in default wiring";
}
