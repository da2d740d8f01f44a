using System.Globalization;
using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// The script of a submission, which is the same for all schedulers: one submission of an attempt at a time, with a time limit, and never
/// left to wait for a full queue on its own.
/// </summary>
internal static class SubmitScript
{
    /// <summary>Maximum wait for another submission of the same attempt, in seconds.</summary>
    private const int LockTimeoutSeconds = 30;

    /// <summary>Time limit of a query, in seconds.</summary>
    private const int QueryTimeoutSeconds = 30;

    /// <summary>Time that the script may take in addition to the scheduler's command.</summary>
    public static readonly TimeSpan Overhead = TimeSpan.FromSeconds(LockTimeoutSeconds + 2 * (QueryTimeoutSeconds + 5) + 20);

    /// <summary>
    /// Script that submits a job exactly once, in the current folder: it takes the attempt's lock, searches for the job if it may exist
    /// already, submits it, and prints a line <c>job ID</c>. It ends within <see cref="Submission.TimeLimit"/> plus <see cref="Overhead"/>,
    /// so that a lost answer soon becomes final.
    /// </summary>
    public static string BuildScript(IScheduler scheduler, Submission submission)
    {
        var command = scheduler.BuildSubmitCommand(submission);
        var script = new StringBuilder(scheduler.ScriptHeader)
            .Append(BuildLock(submission.TimeLimit))
            .Append("look() {\n")
            .Append(scheduler.FindByName(submission.Name))
            .Append("if [ -n \"$found\" ]; then echo \"job $found\"; exit 0; fi\n}\n");
        if (submission.SearchFirst)
        {
            script.Append("look\n");
        }

        foreach (var (variable, value) in submission.Environment)
        {
            script.Append("export ").Append(variable).Append('=').Append(ShellText.Quote(value)).Append('\n');
        }

        script
            .Append(command.Setup)
            .Append(BuildCommand(command.Text, submission.Indices is null ? null : submission.Script, command.RetryMessages));
        // A command that was killed while it slept has submitted nothing, unless it had just woken up: the queue decides.
        if (command.RetryMessages.Length > 0)
        {
            script.Append(CultureInfo.InvariantCulture, $"[ $code != {ExitCodes.SleepingSubmission} ] || look\n");
        }

        return script.Append("[ $code = 0 ] || exit $code\n").Append(BuildAnswer(command.IdPatterns)).ToString();
    }

    /// <summary>Reads the output of the script.</summary>
    public static SubmitResult ParseResult(IScheduler scheduler, ShellResult.Ended ended) =>
        SubmitScriptResults.ParseJobId(ended) is { } job ? new SubmitResult.Accepted(job) : scheduler.ParseRefusal(ended);

    /// <summary>
    /// Takes the lock of the attempt in the current folder, and defines <c>$ask</c>, which limits the time of queries, and <c>$bound</c>,
    /// which limits the time of a submission.
    /// </summary>
    /// <remarks>A submission whose answer was lost may still run, and holds the lock until it ends.</remarks>
    private static string BuildLock(TimeSpan bound) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            if command -v flock >/dev/null 2>&1; then exec 8<>submit.sh && flock -w {{LockTimeoutSeconds}} 8 || { echo 'an earlier submission of it is still under way there' >&2; exit {{ExitCodes.Retry}}; }; fi
            ask=; bound=
            if timeout -k 5 5 true >/dev/null 2>&1; then ask='timeout -k 5 {{QueryTimeoutSeconds}}'; bound='timeout -k 5 {{(int)
                bound.TotalSeconds}}'; fi

            """
        );

    /// <summary>
    /// Runs the submit command: its output is in <c>$id</c>, its exit code in <c>$code</c>, and its messages are passed on as they arrive.
    /// </summary>
    /// <param name="command">The command with its arguments, as shell text.</param>
    /// <param name="input">Its input; null for none.</param>
    /// <param name="waits">Shell patterns of messages that announce a later retry by the command itself: then it is killed, and
    /// <c>$code</c> is <see cref="ExitCodes.SleepingSubmission"/>. It sleeps at that moment, so no submission is in progress.</param>
    private static string BuildCommand(string command, string? input, string waits)
    {
        const string end = "MATTERSTACK_END";
        // Signal the whole process group: if only 'timeout' gets the signal while it starts, it ends and leaves its command running.
        var stop =
            waits.Length == 0
                ? ""
                : $"\n    case $line in {waits}) kill -s TERM -- \"-$pid\" 2>/dev/null || kill \"$pid\" 2>/dev/null; waits=1 ;; esac";
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            id=$({ { sh -c 'echo "matterstack-pid $$" >&2; exec "$@"' - $bound {{command}} 2>&1 >&4 4>&- 8>&-{{(
                input is null ? " </dev/null" : $" <<'{end}'\n{input}\n{end}"
            )}}
            echo "matterstack-code $?"; } | { pid=; code=1; waits=0
            while IFS= read -r line; do case $line in
              'matterstack-pid '*) pid=${line#* } ;;
              'matterstack-code '*) code=${line#* }; break ;;
              *) printf '%s\n' "$line" >&2{{stop}} ;;
            esac; done
            [ $waits = 0 ] || code={{ExitCodes.SleepingSubmission}}
            exit $code; }; } 4>&1)
            code=$?

            """
        );
    }

    /// <summary>Prints the job as <c>job ID</c>, from the command's output in <c>$id</c>.</summary>
    /// <param name="patterns">Commands of <c>sed -nE</c> that print the number of each matching line.</param>
    /// <remarks>
    /// Wrappers of a site and start-up files of shells may print other text. If the output does not have exactly one possible number, none
    /// is trusted.
    /// </remarks>
    private static string BuildAnswer(string patterns) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            found=$(printf '%s\n' "$id" | sed -nE '{{patterns}}' | sort -u)
            case $found in ''|*[!0-9]*) look; printf 'which job it is does not stand in the answer: %s\n' "$id" >&2; exit {{ExitCodes.Retry}} ;; esac
            echo "job $found"

            """
        );
}
