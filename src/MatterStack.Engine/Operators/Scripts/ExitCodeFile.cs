using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>The file <c>exit_code</c>, which an attempt's script writes at its end: the exit code in the first line, then what the command
/// <c>times</c> of its shell prints.</summary>
internal static partial class ExitCodeFile
{
    public const string Name = AttemptLayout.ExitCodeFile;

    /// <summary>Shell command after the one that writes the exit code. It costs no process. Without 'command', the script would end at once
    /// if the task's command has closed the file.</summary>
    public const string TimesCommand = "command times >&9";

    // User and system time of the shell, and of the processes that it has waited for.
    private const int TimesCount = 4;

    /// <summary>Reads the exit code that the script wrote; null if there is none. A first line without a final newline is
    /// incomplete.</summary>
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

    /// <summary>Reads the processor time of the script and of all processes that it has waited for; null if it did not write it: a shell
    /// that is killed writes nothing, and an earlier version did not either.</summary>
    public static TimeSpan? ReadCpuTime(AttemptRequest request) =>
        AttemptText.ReadBeginning(request.RunFolder, request.RelativeFolder + "/" + Name) is { } text ? ParseCpuTime(text) : null;

    /// <summary>Time at which the file was last written; null if there is none.</summary>
    public static DateTimeOffset? FindWriteTime(AttemptRequest request) =>
        Path.Combine(request.Folder, Name) is var path && File.Exists(path) ? FileTime.ReadWriteTime(path) : null;

    /// <summary>Parses the lines behind the first one. Shells print <c>0m1.50s</c>, <c>0m1,50s</c> in some languages, or
    /// <c>1.50</c>.</summary>
    internal static TimeSpan? ParseCpuTime(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var times = end < 0 || !text.EndsWith('\n') ? [] : TimeRegex().Matches(text[(end + 1)..]).ToList();
        if (times.Count != TimesCount)
        {
            return null;
        }

        return TimeSpan.FromSeconds(times.Sum(time => GetNumber(time, "h") * 3600 + GetNumber(time, "m") * 60 + GetNumber(time, "s")));

        static double GetNumber(Match time, string name) =>
            double.TryParse(
                time.Groups[name].ValueSpan.ToString().Replace(',', '.'),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : 0;
    }

    private static int? ParseExitCode(string? text) =>
        text?.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end
        && int.TryParse(text.AsSpan(0, end).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? code
            : null;

    [GeneratedRegex(@"(?<![0-9.,])(?:(?<h>[0-9]+)h)?(?:(?<m>[0-9]+)m)?(?<s>[0-9]+(?:[.,][0-9]+)?)s?(?![0-9.,hms])")]
    private static partial Regex TimeRegex();
}
