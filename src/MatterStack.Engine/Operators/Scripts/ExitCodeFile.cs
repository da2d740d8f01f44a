using System.Globalization;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>The file <c>exit_code</c>, which an attempt's script writes at its end.</summary>
internal static class ExitCodeFile
{
    public const string Name = "exit_code";

    /// <summary>Reads the exit code that the script wrote; null if there is none. A text without a final newline is incomplete.</summary>
    /// <remarks>The file is empty at first, and a shared file system may cache that state. There it is read again without the
    /// cache.</remarks>
    public static int? ReadExitCode(AttemptRequest request)
    {
        var path = request.RelativeFolder + "/" + Name;
        return ParseExitCode(AttemptText.ReadBeginning(request.RunFolder, path))
            ?? (
                FileSystem.FromFolder(request.RunFolder).IsShared
                    ? ParseExitCode(AttemptText.ReadBeginning(request.RunFolder, path, renewed: true))
                    : null
            );
    }

    private static int? ParseExitCode(string? text) =>
        text is not null
        && text.EndsWith('\n')
        && int.TryParse(text.AsSpan().TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : null;
}
