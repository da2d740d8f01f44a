using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Commands;

/// <summary>A run's wiring in a line.</summary>
internal static class WiringLine
{
    public static string Of(RunWiring? wiring) => wiring?.Line ?? RunWiring.NoLine;

    /// <summary>What people call a wiring: its file, or the built-in default.</summary>
    public static string NameOf(RunWiring wiring) => wiring.ResolvedPath is { } path ? Path.GetFileName(path) : "the built-in default wiring";
}
