using System.Globalization;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Shell text of submissions that is the same for all schedulers: one submission of an attempt at a time, with a time limit, and never left
/// to wait for a full queue on its own.
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
    /// Takes the lock of the attempt in the current folder, and defines <c>$ask</c>, which limits the time of queries, and <c>$bound</c>,
    /// which limits the time of a submission.
    /// </summary>
    /// <remarks>A submission whose answer was lost may still run, and holds the lock until it ends.</remarks>
    public static string BuildHeader(TimeSpan bound) => string.Create(CultureInfo.InvariantCulture, $$"""
        if command -v flock >/dev/null 2>&1; then exec 8<>submit.sh && flock -w {{LockTimeoutSeconds}} 8 || { echo 'an earlier submission of it is still under way there' >&2; exit {{SubmitScriptResults.RetryExitCode}}; }; fi
        ask=; bound=
        if timeout -k 5 5 true >/dev/null 2>&1; then ask='timeout -k 5 {{QueryTimeoutSeconds}}'; bound='timeout -k 5 {{(int)bound.TotalSeconds}}'; fi

        """);

    /// <summary>
    /// Runs the submit command: its output is in <c>$id</c>, its exit code in <c>$code</c>, and its messages are passed on as they arrive.
    /// </summary>
    /// <param name="command">The command with its arguments, as shell text.</param>
    /// <param name="input">Its input; null for none.</param>
    /// <param name="waits">Shell patterns of messages that announce a later retry by the command itself: then it is killed, and
    /// <c>$code</c> is 76. It sleeps at that moment, so no submission is in progress.</param>
    public static string BuildCommand(string command, string? input, string waits)
    {
        const string end = "MATTERSTACK_END";
        // Signal the whole process group: if only 'timeout' gets the signal while it starts, it ends and leaves its command running.
        var stop = waits.Length == 0 ? "" : $"\n    case $line in {waits}) kill -s TERM -- \"-$pid\" 2>/dev/null || kill \"$pid\" 2>/dev/null; waits=1 ;; esac";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            id=$({ { sh -c 'echo "matterstack-pid $$" >&2; exec "$@"' - $bound {{command}} 2>&1 >&4 4>&- 8>&-{{(input is null ? " </dev/null" : $" <<'{end}'\n{input}\n{end}")}}
            echo "matterstack-code $?"; } | { pid=; code=1; waits=0
            while IFS= read -r line; do case $line in
              'matterstack-pid '*) pid=${line#* } ;;
              'matterstack-code '*) code=${line#* }; break ;;
              *) printf '%s\n' "$line" >&2{{stop}} ;;
            esac; done
            [ $waits = 0 ] || code={{SubmitScriptResults.SleepingExitCode}}
            exit $code; }; } 4>&1)
            code=$?

            """);
    }

    /// <summary>Prints the job as <c>job ID</c>, from the command's output in <c>$id</c>.</summary>
    /// <param name="patterns">Commands of <c>sed -nE</c> that print the number of each matching line.</param>
    /// <param name="look">Command that searches for the job by its name, and exits the script if it is found.</param>
    /// <remarks>
    /// Wrappers of a site and start-up files of shells may print other text. If the output does not have exactly one possible number, none
    /// is trusted.
    /// </remarks>
    public static string BuildAnswer(string patterns, string look) => string.Create(CultureInfo.InvariantCulture, $$"""
        found=$(printf '%s\n' "$id" | sed -nE '{{patterns}}' | sort -u)
        case $found in ''|*[!0-9]*) {{look}}; printf 'which job it is does not stand in the answer: %s\n' "$id" >&2; exit {{SubmitScriptResults.RetryExitCode}} ;; esac
        echo "job $found"

        """);
}
