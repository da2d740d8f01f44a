using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Parts of submission answers that are the same for all schedulers.</summary>
internal static class SubmitScriptResults
{
    private const int MaxLines = 12;

    private static readonly string[] NotStartedMessages = ["for here-document", "for here document"];

    /// <summary>Returns the id in the last line <c>job ID</c> of a successful script; null if there is none.</summary>
    public static string? ParseJobId(ShellResult.Ended ended) =>
        ended.ExitCode == 0
        && ended.Output.Split('\n').LastOrDefault(line => line.StartsWith("job ", StringComparison.Ordinal)) is { Length: > 4 } said
        && said.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0
            ? said[4..]
            : null;

    /// <summary>Splits a text into its non-empty lines.</summary>
    public static List<string> SplitLines(string error) =>
        [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>Joins lines for people: each line once, and only the last ones, since a command's last messages explain its end.</summary>
    private static string JoinLines(IEnumerable<string> lines) =>
        string.Join("; ", lines.Distinct(StringComparer.Ordinal).TakeLast(MaxLines));

    /// <summary>Reads the output of a script that printed no job.</summary>
    /// <param name="ended">The script's output.</param>
    /// <param name="command">Name of the submit command.</param>
    /// <param name="lines">Non-empty lines of the error stream.</param>
    /// <param name="own">Those of the lines that the command itself printed.</param>
    /// <param name="findKind">Returns the meaning of the joined lines; null if it is unknown.</param>
    public static SubmitResult ReadRefusal(
        ShellResult.Ended ended,
        string command,
        IReadOnlyList<string> lines,
        IReadOnlyList<string> own,
        Func<string, RefusalKind?> findKind
    )
    {
        var words = JoinLines(own.Count > 0 ? own : lines);
        if (ReadUnanswered(ended.ExitCode, command, words) is { } unanswered)
        {
            return unanswered;
        }

        return (findKind(words), own.Count > 0) switch
        {
            (RefusalKind.AnswerLost, _) => new SubmitResult.Unclear(words),
            ({ } known, true) => new SubmitResult.Refused(words, known),
            // A message of the command itself: nothing was submitted.
            (null, true) => new SubmitResult.Refused(words, RefusalKind.Ambiguous),
            _ when IsMissingCommand(ended.ExitCode) => new SubmitResult.Refused(words, RefusalKind.Final),
            // A message of another program: the job may have been submitted before the error.
            _ => new SubmitResult.Unclear(
                words.Length > 0
                    ? words
                    : string.Create(CultureInfo.InvariantCulture, $"{command} ended with exit code {ended.ExitCode} and no message"),
                IsAmbiguous: true
            ),
        };
    }

    // The result of a script that ended without the scheduler's answer; null if there is an answer.
    private static SubmitResult? ReadUnanswered(int exitCode, string command, string words) =>
        exitCode switch
        {
            ExitCodes.Retry => new SubmitResult.Unclear(words.Length > 0 ? words : "the queue does not report whether the job is there"),
            ExitCodes.TimedOut => new SubmitResult.Unclear($"{command} did not answer in time{(words.Length > 0 ? $": {words}" : "")}"),
            // The shell cannot store the command's input (/tmp of the log-in node is full), and did not start it.
            not 0 when NotStartedMessages.Any(not => words.Contains(not, StringComparison.Ordinal)) => new SubmitResult.Refused(
                words,
                RefusalKind.Temporary
            ),
            _ => null,
        };

    // Whether the scheduler's command is missing.
    private static bool IsMissingCommand(int exitCode) => exitCode is ExitCodes.NotExecutable or ExitCodes.NotFound;
}
