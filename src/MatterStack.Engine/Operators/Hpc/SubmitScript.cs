using System.Globalization;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The parts of a script that submits which are the same for all schedulers: one submission of an attempt at a time, under a bound, and not left to wait by itself for a queue that is full.</summary>
internal static class SubmitScript
{
    /// <summary>How long another submission of the same attempt is waited for, in seconds.</summary>
    private const int LockSeconds = 30;

    /// <summary>How long a question may take, in seconds.</summary>
    private const int LookSeconds = 30;

    /// <summary>How long a script may take besides the scheduler's command.</summary>
    public static readonly TimeSpan Overhead = TimeSpan.FromSeconds(LockSeconds + 2 * (LookSeconds + 5) + 20);

    /// <summary>Takes the lock of the attempt in the current folder, and defines <c>$ask</c>, which bounds questions, and <c>$bound</c>, which bounds a submission.</summary>
    /// <remarks>A submission whose answer was lost may still be on its way, and holds the lock as long as it is.</remarks>
    public static string Begin(TimeSpan bound) => string.Create(CultureInfo.InvariantCulture, $$"""
        if command -v flock >/dev/null 2>&1; then exec 8<>submit.sh && flock -w {{LockSeconds}} 8 || { echo 'an earlier submission of it is still under way there' >&2; exit {{Refusals.NotNow}}; }; fi
        ask=; bound=
        if timeout -k 5 5 true >/dev/null 2>&1; then ask='timeout -k 5 {{LookSeconds}}'; bound='timeout -k 5 {{(int)bound.TotalSeconds}}'; fi

        """);

    /// <summary>Runs a command that submits: its output is in <c>$id</c>, its exit code in <c>$code</c>, and what it says is said as it comes.</summary>
    /// <param name="command">The command with its arguments, as shell text.</param>
    /// <param name="input">What it reads; null: nothing.</param>
    /// <param name="waits">Shell patterns of lines by which it says that it goes on by itself later: it is ended then, and <c>$code</c> is 76. It sleeps at that moment, so nothing is on its way.</param>
    public static string Run(string command, string? input, string waits)
    {
        const string end = "MATTERSTACK_END";
        // The whole group: 'timeout', told alone while it begins, ends and leaves its command behind.
        var stop = waits.Length == 0 ? "" : $"\n    case $line in {waits}) kill -s TERM -- \"-$pid\" 2>/dev/null || kill \"$pid\" 2>/dev/null; waits=1 ;; esac";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            id=$({ { sh -c 'echo "matterstack-pid $$" >&2; exec "$@"' - $bound {{command}} 2>&1 >&4 4>&- 8>&-{{(input is null ? " </dev/null" : $" <<'{end}'\n{input}\n{end}")}}
            echo "matterstack-code $?"; } | { pid=; code=1; waits=0
            while IFS= read -r line; do case $line in
              'matterstack-pid '*) pid=${line#* } ;;
              'matterstack-code '*) code=${line#* }; break ;;
              *) printf '%s\n' "$line" >&2{{stop}} ;;
            esac; done
            [ $waits = 0 ] || code={{Refusals.Sleeping}}
            exit $code; }; } 4>&1)
            code=$?

            """);
    }

    /// <summary>Says which job it is, by what the command has printed, which is in <c>$id</c>: <c>job ID</c>.</summary>
    /// <param name="patterns">Commands of <c>sed -nE</c> that print the number of each line that is an answer.</param>
    /// <param name="look">Command that looks for the job by its name, and ends the script when it is there.</param>
    /// <remarks>A site's own wrapper and start-up files of shells print what they like beside the answer. Where not exactly one number can be it, none is believed.</remarks>
    public static string Answer(string patterns, string look) => string.Create(CultureInfo.InvariantCulture, $$"""
        found=$(printf '%s\n' "$id" | sed -nE '{{patterns}}' | sort -u)
        case $found in ''|*[!0-9]*) {{look}}; printf 'which job it is does not stand in the answer: %s\n' "$id" >&2; exit {{Refusals.NotNow}} ;; esac
        echo "job $found"

        """);
}
