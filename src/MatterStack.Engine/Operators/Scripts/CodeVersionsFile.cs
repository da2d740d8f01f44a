using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>The file with the versions of an attempt's codes, which its script writes: a line each with name, hash and version.</summary>
internal static class CodeVersionsFile
{
    /// <summary>Returns an end with the versions of the attempt's codes.</summary>
    public static AttemptEnd AddVersions(AttemptEnd end, AttemptRequest request, SiteCodes codes) =>
        codes.FindUsedCodes(request.Task.Commands).Any(static code => code.Version is not null)
            ? end with
            {
                CodeVersions = Read(request),
            }
            : end;

    /// <summary>Reads the versions; empty if there are none.</summary>
    public static IReadOnlyList<CodeVersion> Read(AttemptRequest request)
    {
        if (AttemptText.ReadBeginning(request.RunFolder, request.RelativeFolder + "/" + AttemptLayout.CodeVersionsFile) is not { } text)
        {
            return [];
        }

        var versions = new List<CodeVersion>();
        foreach (var line in text.Split('\n'))
        {
            // A line without an end was cut, or is being written.
            if (line.Split(' ', 3) is [{ Length: > 0 } name, { Length: > 0 } hash, var version] && Clean(version) is { Length: > 0 } known)
            {
                versions.Add(new CodeVersion(name, hash, known));
            }
        }

        return versions;
    }

    // What is not UTF-8 is no text.
    private static string Clean(string version) => version.Replace("\uFFFD", "", StringComparison.Ordinal).Trim();
}
