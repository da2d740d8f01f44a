using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Texts about a run's wiring.</summary>
internal static class WiringText
{
    /// <summary>Returns the wiring in one line.</summary>
    public static string Describe(RunWiring? wiring) => wiring?.StatusLine ?? RunWiring.UnknownStatusLine;

    /// <summary>Returns the name of a wiring for people: its file, or the built-in default.</summary>
    public static string GetName(RunWiring wiring) => wiring.ResolvedPath is { } path ? Path.GetFileName(path) : "the built-in default wiring";
}
