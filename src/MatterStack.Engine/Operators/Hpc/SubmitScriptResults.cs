using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Parts of submission answers that are the same for all schedulers.</summary>
internal static class SubmitScriptResults
{
    /// <summary>Exit code: the submission script could not enter or create the attempt's folder.</summary>
    public const int NoFolderExitCode = 74;

    /// <summary>
    /// Exit code: the submission script could not determine whether the job exists, or another submission of it still runs.
    /// </summary>
    public const int RetryExitCode = 75;

    /// <summary>Exit code: the command was killed when it announced a later retry, and the queue does not know the job.</summary>
    public const int SleepingExitCode = 76;

    /// <summary>Exit code: the command was killed after its time limit.</summary>
    public const int TimeoutExitCode = 124;

    private const int NotExecutableExitCode = 126;
    private const int NotFoundExitCode = 127;
    private const int MaxLines = 12;

    /// <summary>Returns the id in the last line <c>job ID</c> of a successful script; null if there is none.</summary>
    public static string? ParseJobId(ShellResult.Ended ended) =>
        ended.ExitCode == 0 && ended.Output.Split('\n').LastOrDefault(line => line.StartsWith("job ", StringComparison.Ordinal)) is { Length: > 4 } said && said.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0 ? said[4..] : null;

    /// <summary>Splits a text into its non-empty lines.</summary>
    public static List<string> SplitLines(string error) => [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>Joins lines for people: each line once, and only the last ones, since a command's last messages explain its end.</summary>
    public static string JoinLines(IEnumerable<string> lines) => string.Join("; ", lines.Distinct(StringComparer.Ordinal).TakeLast(MaxLines));

    /// <summary>Reads the result of a script that ended without the scheduler's answer. Returns null if there is an answer.</summary>
    public static SubmitResult? ReadUnanswered(int exitCode, string command, string words) => exitCode switch
    {
        RetryExitCode => new SubmitResult.Unclear(words.Length > 0 ? words : "the queue does not report whether the job is there"),
        TimeoutExitCode => new SubmitResult.Unclear($"{command} did not answer in time{(words.Length > 0 ? $": {words}" : "")}"),
        // The shell cannot store the command's input (/tmp of the log-in node is full), and did not start it.
        not 0 when NotStartedMessages.Any(not => words.Contains(not, StringComparison.Ordinal)) => new SubmitResult.Refused(words, RefusalKind.Temporary),
        _ => null,
    };

    private static readonly string[] NotStartedMessages = ["for here-document", "for here document"];

    /// <summary>Whether the scheduler's command is missing.</summary>
    public static bool IsMissingCommand(int exitCode) => exitCode is NotExecutableExitCode or NotFoundExitCode;
}
