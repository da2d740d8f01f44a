using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>Which warnings are errors: MSBuild answers for <c>-warnaserror</c>; it leaves the project's properties to compilers and
/// tasks.</summary>
/// <param name="engine">Knows the command line.</param>
/// <param name="settings">The project's properties; null if they do not count.</param>
internal sealed class WarningsAsErrors(IBuildEngine engine, SettingsItem? settings)
{
    private static readonly char[] Separators = [';', ',', ' ', '\n', '\r', '\t'];

    /// <summary>Whether a warning is an error.</summary>
    public bool IsError(string code) =>
        IsErrorByProject(code) || (engine is IBuildEngine8 current && current.ShouldTreatWarningAsError(code));

    private bool IsErrorByProject(string code) =>
        settings is not null
        && (
            ContainsCode(settings.WarningsAsErrors, code)
            || (
                settings.TreatWarningsAsErrors.Trim().Equals("true", StringComparison.OrdinalIgnoreCase)
                && !IsAboutRun(code)
                && !ContainsCode(settings.WarningsNotAsErrors, code)
            )
        );

    // TreatWarningsAsErrors is about the text of the project. A run that differs from it is no mistake in that text.
    private static bool IsAboutRun(string code) => code.StartsWith("MATTER3", StringComparison.Ordinal);

    private static bool ContainsCode(string list, string code) => list.Split(Separators).Contains(code, StringComparer.OrdinalIgnoreCase);
}
