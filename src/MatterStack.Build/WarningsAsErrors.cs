using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Which warnings are errors: those of <c>-warnaserror</c>, which MSBuild knows, and those of the project's properties, which it leaves to compilers and tasks.</summary>
/// <param name="engine">Knows the command line.</param>
/// <param name="properties">What <see cref="EngineTask.Warnings"/> is.</param>
internal sealed class WarningsAsErrors(IBuildEngine engine, string properties)
{
    private static readonly char[] Separators = [';', ',', ' ', '\n', '\r', '\t'];

    /// <summary>Whether a warning is one of them.</summary>
    public bool Include(string code)
    {
        var parts = properties.Split('|');
        var byProject = parts.Length == 3 && (Names(parts[1], code) || (parts[0].Trim().Equals("true", StringComparison.OrdinalIgnoreCase) && !IsOfRun(code) && !Names(parts[2], code)));
        return byProject || (engine is IBuildEngine8 asked && asked.ShouldTreatWarningAsError(code));
    }

    // The compiler's property is about what is written in the project; that a run under way is not what the project now says is no fault of either.
    private static bool IsOfRun(string code) => code.StartsWith("MATTER3", StringComparison.Ordinal);

    private static bool Names(string list, string code) => list.Split(Separators).Contains(code, StringComparer.OrdinalIgnoreCase);
}
