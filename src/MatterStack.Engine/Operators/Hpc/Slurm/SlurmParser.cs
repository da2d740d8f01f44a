using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Parses the output of Slurm's commands. Other lines are ignored; an incomplete row makes the whole output invalid.</summary>
internal static partial class SlurmParser
{
    /// <summary>Columns of <c>squeue</c>. The marks before nodes, start and time tell them from a name; names may contain any character and
    /// are last.</summary>
    public const string QueueFormat = "%i|%T|%V|%r|@%N|@%S|@%M|%j";

    /// <summary>Columns of <c>sacct</c>.</summary>
    public const string AccountingFormat = "JobID,JobName,State,ExitCode,Submit,NodeList";

    // With and without the nodes and the times.
    private static readonly string[] QueueHeaders =
    [
        "JOBID|STATE|SUBMIT_TIME|REASON|@NODELIST|@START_TIME|@TIME|NAME",
        "JOBID|STATE|SUBMIT_TIME|REASON|@NODELIST|NAME",
        "JOBID|STATE|SUBMIT_TIME|REASON|NAME",
    ];

    private static readonly string[] AccountingHeaders =
    [
        "JobID|JobName|State|ExitCode|Submit|NodeList",
        "JobID|JobName|State|ExitCode|Submit",
    ];

    // A job that has no node yet, or never had one.
    private static readonly string[] NoNodes = ["", "(null)", "None assigned", "None", "N/A", "n/a"];

    private static readonly string[] UnreachableMessages =
    [
        "talking to the database",
        "talking to database",
        "persistent connection",
        "PersistInit",
        "Connection refused",
        "slurmdbd",
        "timed out",
        "Unable to contact",
        "fatal:",
    ];

    /// <summary>Whether <c>sacct</c> reports that the site has no accounting.</summary>
    public static bool HasNoAccounting(string words) =>
        words.Contains("accounting storage is disabled", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether <c>sacct</c> reports that it could not reach the accounting, whatever its exit code.</summary>
    public static bool IsUnreachable(ShellResult.Ended ended) =>
        (ended.Error + "\n" + ended.Output)
            .Split('\n')
            .Any(line =>
                OwnLinePattern().IsMatch(line)
                && UnreachableMessages.Any(unreached => line.Contains(unreached, StringComparison.OrdinalIgnoreCase))
            );

    /// <summary>Rows of <c>squeue</c> in <see cref="QueueFormat"/>, with or without the nodes; null if the output is not a valid
    /// answer.</summary>
    public static IReadOnlyList<JobRow>? ParseQueue(string output) => ParseRows(output, QueueHeaders, static line =>
        {
            if (line.Split('|', 5) is not [var id, var state, var submitted, var reason, var rest] || !TryParseId(id, out var index))
            {
                return null;
            }

            var nodes = (string?)null;
            if (rest.StartsWith('@') && rest.IndexOf('|', StringComparison.Ordinal) is > 0 and var end)
            {
                (nodes, rest) = (rest[1..end], rest[(end + 1)..]);
            }

            var times = MarkedTimesPattern().Match(rest);
            rest = rest[times.Length..];
            var node = FindNode(nodes);
            return
            [
                new JobRow(rest, index, id, AddReleaseHint(ParseState(state, reason, null), id), submitted)
                {
                    Node = node,
                    Usage = node is null || !times.Success ? null : CreateTimes(submitted, times),
                },
            ];
        });

    // A job that has not begun has no node, and its start is an estimate.
    private static AttemptUsage CreateTimes(string submitted, Match times)
    {
        var (from, to) = (SlurmUsage.ParseTime(submitted), SlurmUsage.ParseTime(times.Groups[1].Value));
        return new AttemptUsage
        {
            StartedAt = to,
            QueueTime = to >= from ? to - from : null,
            WallTime = SlurmUsage.ParseCpu(times.Groups[2].Value),
        };
    }

    /// <summary>Rows of <c>sacct -P</c> in <see cref="SlurmUsage.Format"/>; null if the output is not a valid answer.</summary>
    public static IReadOnlyList<JobRow>? ParseUsage(string output)
    {
        var found = new List<string[]>();
        return ParseRows(output, [SlurmUsage.Header], line =>
            {
                var words = line.Split('|');
                // The members of an array that have not begun share a row: 12_[3-7].
                if (words.Length == SlurmUsage.Format.Split(',').Length && !words[0].Contains('[', StringComparison.Ordinal))
                {
                    found.Add(words);
                }

                return words.Length == SlurmUsage.Format.Split(',').Length ? [] : null;
            }) is null ? null : SlurmUsage.Read(found);
    }

    /// <summary>Rows of <c>sacct -P</c> in <see cref="AccountingFormat"/>, with or without the nodes; null if the output is not a valid
    /// answer.</summary>
    public static IReadOnlyList<JobRow>? ParseAccounting(string output) => ParseRows(output, AccountingHeaders, static line =>
        {
            var words = line.Split('|');
            if (words.Length < 5)
            {
                return null;
            }

            var nodes = (string?)null;
            if (words.Length > 5 && TimePattern().IsMatch(words[^2]))
            {
                (nodes, words) = (words[^1], words[..^1]);
            }

            // An array whose members are not listed separately yet: 12_[3-7]. A step of a job: 12.batch, 12_3.0.
            if (words[0].Contains('[', StringComparison.Ordinal) || StepPattern().IsMatch(words[0]))
            {
                return [];
            }

            if (!TryParseId(words[0], out var index))
            {
                return null;
            }

            var code =
                words[^2].Split(':') is [var exit, var signal]
                && int.TryParse(exit, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && int.TryParse(signal, NumberStyles.None, CultureInfo.InvariantCulture, out var by)
                    ? by > 0
                        ? 128 + by
                        : number
                    : (int?)null;
            return
            [
                new JobRow(string.Join('|', words[1..^3]), index, words[0], ParseState(words[^3], null, code), words[^1])
                {
                    Node = FindNode(nodes),
                },
            ];
        });

    // Wrappers of a site and start-up files of shells print other text around an answer, before it even without a line end.
    // A line that starts like a row and is not one was cut off. It invalidates the answer: the remaining rows of the job could give a wrong
    // state.
    private static List<JobRow>? ParseRows(string output, string[] heads, Func<string, IReadOnlyList<JobRow>?> read)
    {
        var (rows, isAnswer) = (new List<JobRow>(), false);
        foreach (var line in output.Split('\n').Select(line => line.TrimEnd()))
        {
            if (heads.Any(head => line.EndsWith(head, StringComparison.Ordinal)))
            {
                isAnswer = true;
            }
            else if (RowStartPattern().IsMatch(line))
            {
                if (read(line) is not { } found)
                {
                    return null;
                }

                rows.AddRange(found);
                isAnswer = true;
            }
        }

        return isAnswer ? rows : null;
    }

    // States of failed jobs.
    private static readonly Dictionary<string, EndCause> FailureCauses = new(StringComparer.Ordinal)
    {
        ["FAILED"] = EndCause.Exited,
        ["TIMEOUT"] = EndCause.TimeLimit,
        ["OUT_OF_MEMORY"] = EndCause.OutOfMemory,
        ["NODE_FAIL"] = EndCause.NodeFailure,
        ["BOOT_FAIL"] = EndCause.BootFailure,
        ["DEADLINE"] = EndCause.Deadline,
        ["PREEMPTED"] = EndCause.Preempted,
    };

    private static readonly string[] EndStates = ["COMPLETED", "CANCELLED", .. FailureCauses.Keys];

    /// <summary>Converts the name of a state.</summary>
    public static JobState ParseState(string text, string? reason, int? exitCode)
    {
        // 'CANCELLED by 1000', 'FAILED+'; and names that a site's wrapper cut to a column: 'OUT_OF_ME+'
        var word = text.Split(' ', 2)[0];
        word =
            word.EndsWith('+') && EndStates.Where(end => end.StartsWith(word[..^1], StringComparison.Ordinal)).ToList() is [var only]
                ? only
                : word.TrimEnd('+');
        var because = reason is null or "" or "None" ? null : reason;
        return word switch
        {
            "PENDING" or "CONFIGURING" or "REQUEUED" or "REQUEUE_HOLD" or "REQUEUE_FED" or "RESV_DEL_HOLD" or "SPECIAL_EXIT" =>
                new JobState.Waiting(
                    word == "PENDING" ? because ?? "Priority"
                    : because is null ? word
                    : $"{word}, {because}"
                )
                {
                    // With EnforcePartLimits=NO, the default, sbatch accepts such a job.
                    ExceedsLimit = because == "PartitionTimeLimit",
                    IsHeld =
                        (because?.Contains("held", StringComparison.OrdinalIgnoreCase) ?? false)
                        || word is "REQUEUE_HOLD" or "SPECIAL_EXIT" or "RESV_DEL_HOLD",
                },
            "RUNNING" or "COMPLETING" or "RESIZING" or "SIGNALING" or "STAGE_OUT" => new JobState.Running(null),
            "SUSPENDED" or "STOPPED" => new JobState.Running(because is null ? word : $"{word} ({because})"),
            "COMPLETED" => new JobState.Completed(),
            "CANCELLED" => new JobState.Cancelled(because is null ? text : $"{text} ({because})"),
            _ when FailureCauses.TryGetValue(word, out var cause) => new JobState.Failed(
                cause,
                word,
                because is null || RepeatsState(word, because) ? null : because,
                exitCode
            ),
            // For example REVOKED: another cluster of a federation has the job.
            _ => new JobState.Unrecognized(text),
        };
    }

    // A job that Slurm holds, or that was requeued as held, waits until it is released: 'launch failed requeued held'.
    private static JobState AddReleaseHint(JobState state, string id) =>
        state is JobState.Waiting { IsHeld: true } held && held.Reason is not ("JobHeldUser" or "JobHeldAdmin")
            ? held with
            {
                Reason = $"{held.Reason}; 'scontrol release {id}' lets it run",
            }
            : state;

    /// <summary>Formats a time span for <c>--time</c>; Slurm rounds it up to minutes.</summary>
    public static string FormatTime(TimeSpan span)
    {
        var whole = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(span.TotalSeconds)));
        return string.Create(CultureInfo.InvariantCulture, $"{whole.Days}-{whole.Hours:00}:{whole.Minutes:00}:{whole.Seconds:00}");
    }

    /// <summary>Returns the nodes of a row; null if the job has none.</summary>
    internal static string? FindNode(string? nodes) => nodes is null || NoNodes.Contains(nodes) ? null : nodes;

    [GeneratedRegex(@"^[0-9][0-9_+]*\.[a-z0-9]+$")]
    private static partial Regex StepPattern();

    // The time of a submission; a state or an exit code has another form.
    [GeneratedRegex(@"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+-]+|Unknown)$")]
    private static partial Regex TimePattern();

    // Start and elapsed time of a job; a name that begins with the mark has another form.
    [GeneratedRegex(@"^@([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+-]+|N/A|Unknown|None)\|@([0-9:-]+|INVALID|N/A)\|")]
    private static partial Regex MarkedTimesPattern();

    [GeneratedRegex(@"^[0-9][0-9_+\[\],\-%.*a-z]*(\||$)")]
    private static partial Regex RowStartPattern();

    // Only lines of the command itself: a log-in node's notice about its database is no answer.
    [GeneratedRegex(@"(^|[\s/])(sacct|slurm\w*): |^slurm\w* error: ")]
    private static partial Regex OwnLinePattern();

    // Reasons that only repeat the state: TimeLimit for TIMEOUT, OutOfMemory for OUT_OF_MEMORY, NonZeroExitCode for FAILED.
    private static bool RepeatsState(string word, string reason) =>
        (word, reason)
            is
                ("TIMEOUT", "TimeLimit")
                or
                ("OUT_OF_MEMORY", "OutOfMemory")
                or
                ("FAILED", "NonZeroExitCode")
                or
                ("PREEMPTED", "Preempted");

    // '12', '12_3'; a component of another user's job may be '12+1' or '12_[3-5%2]'.
    private static bool TryParseId(string text, out int? index)
    {
        index = null;
        if (text.Length == 0 || !char.IsAsciiDigit(text[0]) || text.AsSpan().ContainsAnyExcept("0123456789_+[]-,%.*".AsSpan()))
        {
            return false;
        }

        if (
            text.IndexOf('_', StringComparison.Ordinal) is >= 0 and var at
            && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            index = number;
        }

        return true;
    }
}
