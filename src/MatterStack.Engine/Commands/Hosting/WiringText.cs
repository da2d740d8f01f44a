using MatterStack.Engine.Wiring.Resolving;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>Texts about a run's wiring.</summary>
internal static class WiringText
{
    /// <summary>Returns the wiring in one line.</summary>
    public static string Describe(RunWiring? wiring) => wiring?.StatusLine ?? RunWiring.UnknownStatusLine;

    /// <summary>Returns the name of a wiring for people: its file, or the built-in default.</summary>
    public static string GetName(RunWiring wiring) => GetName(wiring.ResolvedPath);

    /// <summary>Returns the name of a wiring for people.</summary>
    /// <param name="resolvedPath">Its file; null for the built-in default.</param>
    public static string GetName(string? resolvedPath) =>
        resolvedPath is null ? "the built-in default wiring" : Path.GetFileName(resolvedPath);
}
