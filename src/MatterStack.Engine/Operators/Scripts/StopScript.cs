using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>
/// Shell text that sends a task's stop signal to its command before the time limit, so that the command can write a checkpoint. It works
/// without the engine: the script itself counts the time, or a scheduler sends a signal to the script.
/// </summary>
/// <remarks>
/// The signal goes to the process group of the script, which a scheduler or the engine has created for it. Job control would give the
/// command a group of its own, but dash has none without a terminal, and a new session would lose shell functions such as <c>module</c>.
/// </remarks>
internal static class StopScript
{
    /// <summary>Name of the signal with which a scheduler or the watcher announces the time limit to the script. It reaches no
    /// command.</summary>
    public const string NoticeSignal = "USR1";

    /// <summary>Shell function that ends the watcher; an <c>EXIT</c> trap calls it. It does nothing if there is none.</summary>
    public const string EndFunction = "matterstack_unwatch";

    // Signals with which a person, an operating system or a scheduler ends the script.
    private static readonly string[] EndSignals = ["HUP", "INT", "TERM", "USR2"];

    /// <summary>Time from the start of the script until the signal; null if no time limit is known.</summary>
    public static TimeSpan? GetDelay(StopSignal signal, TimeSpan? limit) => limit is { } known ? known - GetLead(signal, known) : null;

    /// <summary>Time between the signal and the time limit.</summary>
    public static TimeSpan GetLead(StopSignal signal, TimeSpan? limit) =>
        limit is not { } known || known.TotalSeconds > signal.Seconds
            ? TimeSpan.FromSeconds(signal.Seconds)
            // A site may have cut the time limit below the seconds of the task.
            : known / 2;

    /// <summary>Appends the watcher and the function that ends it. It must come before traps are set: a watcher that has just been started
    /// would lose a signal for which its parent has a trap.</summary>
    /// <param name="text">The script.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="delay">Time from the start of the script until the signal; null: no watcher, a scheduler sends
    /// <see cref="NoticeSignal"/>.</param>
    public static void AppendWatcher(StringBuilder text, StopSignal signal, TimeSpan? delay)
    {
        // Without job control, dash and busybox let a command in the background ignore this signal, and it cannot be unset again.
        if (signal.Name is "INT" or "QUIT")
        {
            text.Append(
                "[ -z \"$matterstack_ours\" ] || [ -n \"${BASH_VERSION-}\" ] || ! command -v bash >/dev/null || "
                    + "{ cd -- \"$matterstack_attempt\"; exec bash --posix \"$0\"; }\n"
            );
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $$"""
            matterstack_watcher=
            {{EndFunction}}() { [ -z "$matterstack_watcher" ] || { kill "$matterstack_watcher"; wait "$matterstack_watcher"; matterstack_watcher=; } 2>/dev/null; }

            """
        );
        if (delay is not { } time)
        {
            return;
        }

        // The seconds are rounded down: the signal may come a little early, and not late. A shell that has just forked to start a program
        // may lose another signal than KILL.
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""
            if [ -n "$matterstack_ours" ]; then
              (
                : & wait "$!"
                trap 'kill -s KILL "$!"; wait "$!"; exit' TERM
                sleep {{Math.Max(1, (long)time.TotalSeconds)}} &
                wait "$!" || exit
                # The script may have been killed meanwhile, and its number given to another process.
                if read -r matterstack_line </proc/self/stat; then set -- ${matterstack_line##*) }; [ "$2" = "$$" ] || exit; fi
                kill -s {{NoticeSignal}} "$$"
              ) >/dev/null 2>&1 </dev/null &
              matterstack_watcher=$!
            fi

            """
        );
    }

    /// <summary>Appends the traps of the script: they send the signal to the command and leave a file that says so.</summary>
    public static void AppendTraps(StringBuilder text, StopSignal signal) =>
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""
            matterstack_stopped= matterstack_pid=
            matterstack_send() { trap '' {{signal.Name}}; kill -s {{signal.Name}} 0; }
            matterstack_stop() {
              matterstack_again=1
              [ -z "$matterstack_stopped" ] || return 0
              matterstack_stopped=1
              echo "$1" >"$matterstack_attempt/{{AttemptLayout.StopSignalFile}}"
              [ -z "$matterstack_pid" ] || matterstack_send
            }
            if [ -n "$matterstack_ours" ]; then
              for matterstack_signal in {{string.Join(
                ' ',
                EndSignals
            )}}; do trap "matterstack_stop $matterstack_signal" "$matterstack_signal"; done
              trap 'matterstack_stop limit' {{NoticeSignal}}
            fi

            """
        );

    /// <summary>Appends the command, and waits for its end. A person who runs the script by hand gets no signal.</summary>
    /// <param name="text">The script.</param>
    /// <param name="signal">The signal.</param>
    /// <param name="command">Shell text of the command.</param>
    /// <param name="after">Shell text that runs when it has ended.</param>
    public static void AppendCommand(StringBuilder text, StopSignal signal, string command, string after = "") =>
        text.Append("matterstack_command() {\n")
            .Append(command)
            .Append("\n}\n[ -n \"$matterstack_ours\" ] || { ( matterstack_command ); exit; }\n")
            .Append(BuildStart(signal, "matterstack_command", "matterstack_send"))
            .Append(EndFunction)
            .Append('\n')
            .Append(after)
            .Append(WaitForOthers)
            .Append("exit \"$matterstack_code\"\n");

    /// <summary>Shell text for the first process of a container: it passes the signal on. A first process without a handler ignores
    /// signals, and those of a shell reach no other process.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="command">Shell text of the command.</param>
    public static string BuildInside(StopSignal signal, string command) =>
        $$"""
            matterstack_stopped= matterstack_pid=
            matterstack_send() { trap '' {{signal.Name}}; kill -s {{signal.Name}} 0; }
            matterstack_pass() { matterstack_again=1; matterstack_stopped=1; [ -z "$matterstack_pid" ] || matterstack_send; }
            trap matterstack_pass {{string.Join(' ', new[] { "TERM", signal.Name }.Distinct())}}
            matterstack_command() {
            {{command}}
            }

            """
        + BuildStart(signal, "matterstack_command", "matterstack_send")
        + WaitForOthers
        + "exit \"$matterstack_code\"";

    /// <summary>Shell command that lets a shell live until its current program has ended, and ends it then with the same exit code: without
    /// it the shell would end at once and the exit code of the program be lost.</summary>
    public static string BuildExit(StopSignal signal) => "trap exit " + signal.Name;

    // 'wait' returns early when a trap has run. Some shells answer 127 for a process that they have waited for before.
    private static string BuildStart(StopSignal signal, string command, string send) =>
        $$"""
            ( {{BuildExit(signal)}}; {{command}} ) &
            matterstack_pid=$!
            [ -z "$matterstack_stopped" ] || {{send}}
            matterstack_code=
            while :; do
              matterstack_again=
              wait "$matterstack_pid"
              matterstack_ended=$?
              [ -n "$matterstack_code" ] && [ "$matterstack_ended" = 127 ] || matterstack_code=$matterstack_ended
              [ -n "$matterstack_again" ] || break
            done

            """;

    // A shell of the task may end at the signal while its program still writes.
    private const string WaitForOthers = """
        matterstack_has_others() {
          { read -r matterstack_line <"/proc/$$/stat"; } 2>/dev/null || return 1
          set -- ${matterstack_line##*) }
          matterstack_group=$3
          for matterstack_entry in /proc/[0-9]*; do
            [ "${matterstack_entry##*/}" != "$$" ] && { read -r matterstack_line <"$matterstack_entry/stat"; } 2>/dev/null || continue
            set -- ${matterstack_line##*) }
            case $3:$1 in "$matterstack_group":[!ZX]) return 0 ;; esac
          done
          return 1
        }
        if [ -n "$matterstack_stopped" ] && [ "$matterstack_code" != 0 ]; then while matterstack_has_others; do sleep 1; done; fi

        """;
}
