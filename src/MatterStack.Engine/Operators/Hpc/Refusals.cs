using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>What it means that a scheduler did not take a job.</summary>
internal enum RefusalKind
{
    /// <summary>It never will.</summary>
    Final,

    /// <summary>There is room for fewer jobs, perhaps for none until some have ended.</summary>
    Full,

    /// <summary>It will when something has passed that no number of jobs changes: a controller that restarts, a queue that is closed, a reservation that has not begun.</summary>
    Passing,

    /// <summary>It takes arrays of fewer members only.</summary>
    ArrayTooLarge,

    /// <summary>Nobody can say whether it took it: the answer was lost.</summary>
    AnswerLost,

    /// <summary>The words mean now this, now that, or are not known: it is tried again for a while.</summary>
    Doubtful,
}

/// <summary>What the sentences of a scheduler mean, in the order in which they decide.</summary>
/// <param name="rows">A meaning and the sentences, or parts of them, that have it. Upper and lower case are the same.</param>
internal sealed class RefusalTable(params (RefusalKind Kind, string[] Sentences)[] rows)
{
    public IReadOnlyList<(RefusalKind Kind, string[] Sentences)> Rows => rows;

    /// <summary>The meaning of words; null: they are not known.</summary>
    public RefusalKind? Find(string words)
    {
        foreach (var (kind, sentences) in rows)
        {
            if (sentences.Any(sentence => words.Contains(sentence, StringComparison.OrdinalIgnoreCase)))
            {
                return kind;
            }
        }

        return null;
    }
}

/// <summary>What is the same for the answers of all schedulers.</summary>
internal static class Refusals
{
    /// <summary>The script that submits could not enter or make the attempt's folder.</summary>
    public const int NoFolder = 74;

    /// <summary>The script that submits could not find out whether the job is there already, or another submission of it is still under way.</summary>
    public const int NotNow = 75;

    /// <summary>The command was ended when it said that it goes on by itself later, and the queue does not know the job.</summary>
    public const int Sleeping = 76;

    /// <summary>The command was ended since it took too long.</summary>
    public const int TookTooLong = 124;

    private const int NotExecutable = 126;
    private const int NotFound = 127;
    private const int MostLines = 12;

    /// <summary>The id behind the last line <c>job ID</c> of a script that ended well; null: there is none.</summary>
    public static string? JobOf(ShellAnswer.Ended ended) =>
        ended.ExitCode == 0 && ended.Output.Split('\n').LastOrDefault(line => line.StartsWith("job ", StringComparison.Ordinal)) is { Length: > 4 } said && said.AsSpan(4).IndexOfAnyExceptInRange('0', '9') < 0 ? said[4..] : null;

    /// <summary>Lines that say something.</summary>
    public static List<string> Lines(string error) => [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>Lines for people: each once, the last ones if they are many, since what a command says at last is why it ended.</summary>
    public static string Words(IEnumerable<string> lines) => string.Join("; ", lines.Distinct(StringComparer.Ordinal).TakeLast(MostLines));

    /// <summary>What a script says that ended without the scheduler's answer; null: there is one.</summary>
    public static SubmitAnswer? Unanswered(int exitCode, string command, string words) => exitCode switch
    {
        NotNow => new SubmitAnswer.Unclear(words.Length > 0 ? words : "the queue does not say whether it is there"),
        TookTooLong => new SubmitAnswer.Unclear($"{command} did not answer in time{(words.Length > 0 ? $": {words}" : "")}"),
        // The shell has no room for what the command is to read (/tmp of the log-in node is full), and has not started it.
        not 0 when NotBegun.Any(not => words.Contains(not, StringComparison.Ordinal)) => new SubmitAnswer.Refused(words, RefusalKind.Passing),
        _ => null,
    };

    private static readonly string[] NotBegun = ["for here-document", "for here document"];

    /// <summary>Whether there is no such command where the scheduler should be.</summary>
    public static bool IsNoCommand(int exitCode) => exitCode is NotExecutable or NotFound;
}
