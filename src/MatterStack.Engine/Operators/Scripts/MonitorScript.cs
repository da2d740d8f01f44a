using System.Globalization;
using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>
/// Shell text that runs a task's monitor beside its command and ends the command if the monitor says so. It works without the engine, so a
/// monitor on a cluster costs no connection.
/// </summary>
/// <remarks>
/// The monitor runs in a process of the script that no part of the command waits for. It is found by its parents, not by a process group:
/// dash has no job control without a terminal, and a session of its own would escape some schedulers.
/// </remarks>
internal static class MonitorScript
{
    /// <summary>Shell function that ends the monitor, or waits until it has ended the command; an <c>EXIT</c> trap calls it.</summary>
    public const string EndFunction = "matterstack_unmonitor";

    // Seconds that the command has between the signal and the next, stronger one.
    private const int TerminateSeconds = 30;
    private const int KillSeconds = 10;

    /// <summary>Signal that a container must pass on to its program: the stop signal of the task, or the one that ends a monitored command.
    /// Null if the task has neither.</summary>
    public static StopSignal? GetPassedSignal(CampaignTask task) =>
        task.StopSignal ?? (task.Monitor is null ? null : new StopSignal("TERM", TerminateSeconds));

    /// <summary>Appends the functions.</summary>
    public static void AppendFunctions(StringBuilder text) => text.Append(Functions).Append(Watch);

    /// <summary>Appends the start of the monitor. A person who runs the script by hand gets none.</summary>
    /// <param name="text">The script, which has the functions and all variables of the command already.</param>
    /// <param name="task">The task.</param>
    /// <param name="command">Shell text of the monitor.</param>
    public static void AppendStart(StringBuilder text, CampaignTask task, string command)
    {
        var signals = task.StopSignal is { } signal
            ? signal.Name == "TERM"
                ? $"matterstack_end TERM {signal.Seconds} && matterstack_end KILL {KillSeconds}"
                : $"matterstack_end {signal.Name} {signal.Seconds} && matterstack_end TERM {TerminateSeconds} && "
                    + $"matterstack_end KILL {KillSeconds}"
            : $"matterstack_end TERM {TerminateSeconds} && matterstack_end KILL {KillSeconds}";
        text.Append(
            CultureInfo.InvariantCulture,
            $$"""
            matterstack_every={{(long)Math.Ceiling(task.MonitorEvery.TotalSeconds)}}
            matterstack_check={{ShellText.Quote(command)}}
            matterstack_end_command() { {{signals}}; }
            if [ -n "$matterstack_ours" ]; then
              for matterstack_file in {{AttemptLayout.MonitorStopFile}} {{AttemptLayout.MonitorFailedFile}}; do
                ! [ -e "$matterstack_attempt/$matterstack_file" ] || command -p rm -f -- "$matterstack_attempt/$matterstack_file"
              done
              ( matterstack_watch ) >/dev/null 2>&1 </dev/null 9>&- &
              matterstack_monitor=$!
            fi

            """
        );
    }

    /// <summary>Appends the command, and waits for its end and for that of a monitor that ends it.</summary>
    public static void AppendCommand(StringBuilder text, string command) =>
        text.Append("(\n")
            .Append(command)
            .Append("\n)\nmatterstack_code=$?\n")
            .Append(EndFunction)
            .Append("\nexit \"$matterstack_code\"\n");

    private const string Functions = $$"""
        matterstack_monitor=
        # The living processes, a word each: number, parent, group, session.
        matterstack_list() {
          if ! [ -r "/proc/$$/stat" ]; then
            command -p ps -A -o pid= -o ppid= -o pgid= -o stat= | while read -r matterstack_entry matterstack_parent matterstack_group matterstack_line; do
              case $matterstack_line in Z*) ;; *) echo "$matterstack_entry:$matterstack_parent:$matterstack_group:" ;; esac
            done
            return
          fi
          for matterstack_entry in /proc/[0-9]*; do
            { read -r matterstack_line <"$matterstack_entry/stat"; } 2>/dev/null || continue
            set -- ${matterstack_line##*) }
            case $1 in [!ZX]) echo "${matterstack_entry#/proc/}:$2:$3:$4" ;; esac
          done
        }
        # Adds the descendants of the processes in matterstack_tree.
        matterstack_grow() {
          matterstack_more=1
          while [ -n "$matterstack_more" ]; do
            matterstack_more=
            for matterstack_entry in $matterstack_processes; do
              matterstack_line=${matterstack_entry#*:}
              case $matterstack_tree in
              *" ${matterstack_entry%%:*} "*) ;;
              *" ${matterstack_line%%:*} "*) matterstack_tree="$matterstack_tree${matterstack_entry%%:*} " matterstack_more=1 ;;
              esac
            done
          done
        }
        # Ends a process and its descendants. Stopped processes start no new ones meanwhile.
        matterstack_kill() {
          matterstack_tree=" $1 " matterstack_known=
          while [ "$matterstack_tree" != "$matterstack_known" ]; do
            matterstack_known=$matterstack_tree
            kill -s STOP $matterstack_tree
            matterstack_processes=$(matterstack_list)
            matterstack_grow
          done
          kill -s KILL $matterstack_tree
        }
        # A stopped monitor decides nothing meanwhile. One that has decided ends the command, and then itself.
        {{EndFunction}}() {
          [ -n "$matterstack_monitor" ] || return 0
          {
            kill -s STOP "$matterstack_monitor" || :
            if [ -e "$matterstack_attempt/{{AttemptLayout.MonitorStopFile}}" ]; then kill -s CONT "$matterstack_monitor" || :
            else ( set +efu; unset IFS; matterstack_kill "$matterstack_monitor" ) || :; fi
            wait "$matterstack_monitor" || :
            for matterstack_file in out err code done log; do command -p rm -f -- "$matterstack_attempt/.monitor.$matterstack_file"; done
          } 2>/dev/null
          matterstack_monitor=
        }

        """;

    // A pipe bounds what a monitor writes. Where it ends a command, processes count that are in the group of the script, or that descend
    // from it in its session: 'timeout' and MPI launchers make groups, and what watches a container has a session of its own.
    private const string Watch = $$"""
        # Whether the script is gone, or has got its own stop signal: then the monitor has nothing to say.
        matterstack_is_over() {
          if { read -r matterstack_line <"/proc/$matterstack_self/stat"; } 2>/dev/null; then set -- ${matterstack_line##*) }; [ "$2" = "$$" ] || return 0
          else kill -0 "$$" || return 0; fi
          [ -e "$matterstack_attempt/{{AttemptLayout.StopSignalFile}}" ]
        }
        # Finds the processes of the command.
        matterstack_find() {
          matterstack_processes=$(matterstack_list)
          matterstack_tree=" $matterstack_self " matterstack_found=
          matterstack_grow
          matterstack_mine="$matterstack_tree$$ " matterstack_tree=" $$ "
          matterstack_grow
          for matterstack_entry in $matterstack_processes; do case $matterstack_entry in "$$":*) matterstack_group=${matterstack_entry#*:*:} ;; esac; done
          for matterstack_entry in $matterstack_processes; do
            matterstack_line=${matterstack_entry#*:*:} matterstack_entry=${matterstack_entry%%:*}
            case $matterstack_mine in *" $matterstack_entry "*) continue ;; esac
            if [ "${matterstack_line%%:*}" != "${matterstack_group%%:*}" ]; then
              [ "${matterstack_line#*:}" = "${matterstack_group#*:}" ] || continue
              case $matterstack_tree in *" $matterstack_entry "*) ;; *) continue ;; esac
            fi
            matterstack_found="$matterstack_found $matterstack_entry"
          done
          [ -n "$matterstack_found" ]
        }
        matterstack_reach() { matterstack_name=$1; shift; kill -s "$matterstack_name" "$@"; }
        # Sends a signal to the command, and waits for its end. Succeeds if it lives on.
        matterstack_end() {
          matterstack_find || return 1
          matterstack_reach "$1" $matterstack_found
          command -p sleep 0.2
          matterstack_waited=0
          while matterstack_find; do
            [ "$matterstack_waited" -lt "$2" ] || return 0
            command -p sleep 1
            matterstack_waited=$((matterstack_waited + 1))
          done
          return 1
        }
        matterstack_read_last() {
          matterstack_last=
          while IFS= read -r matterstack_line || [ -n "$matterstack_line" ]; do
            case $matterstack_line in *[![:space:]]*) matterstack_last=$matterstack_line ;; esac
          done <"$1"
        }
        matterstack_put() { printf '%.1000s\n' "$2" >"$matterstack_file.log" && command -p mv -f -- "$matterstack_file.log" "$matterstack_attempt/$1"; }
        matterstack_log() {
          printf '%s %.1000s\n' "$(command -p date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >>"$matterstack_attempt/{{AttemptLayout.MonitorLogFile}}"
          [ "$((matterstack_rounds % 1000))" != 0 ] || {
            command -p tail -n 1000 "$matterstack_attempt/{{AttemptLayout.MonitorLogFile}}" >"$matterstack_file.log" &&
              command -p mv -f -- "$matterstack_file.log" "$matterstack_attempt/{{AttemptLayout.MonitorLogFile}}"
          }
        }
        matterstack_fail() {
          matterstack_failed=$((matterstack_failed + 1))
          matterstack_log "$1"
          matterstack_put {{AttemptLayout.MonitorFailedFile}} "$matterstack_failed $matterstack_rounds $1"
        }
        matterstack_round() {
          matterstack_rounds=$((matterstack_rounds + 1))
          command -p rm -f -- "$matterstack_file.out" "$matterstack_file.err" "$matterstack_file.code" "$matterstack_file.done"
          (
            { { ( eval "$matterstack_check" ) 4>&-; echo "$?" >"$matterstack_file.code"; } 2>&4 | command -p tail -c 4096 >"$matterstack_file.out"; } 4>&1 | command -p tail -c 4096 >"$matterstack_file.err"
            : >"$matterstack_file.done"
          ) &
          matterstack_child=$!
          command -p sleep 0.1
          matterstack_waited=0
          until [ -e "$matterstack_file.done" ] || [ "$matterstack_waited" -ge "$matterstack_every" ]; do
            command -p sleep 1
            matterstack_waited=$((matterstack_waited + 1))
            ! matterstack_is_over || { matterstack_kill "$matterstack_child"; exit; }
          done
          [ -e "$matterstack_file.done" ] || matterstack_kill "$matterstack_child"
          wait "$matterstack_child"
          matterstack_code=
          { read -r matterstack_code <"$matterstack_file.code"; } 2>/dev/null
          matterstack_read_last "$matterstack_file.out"
          [ -n "$matterstack_last" ] || matterstack_read_last "$matterstack_file.err"
          case $matterstack_code in
          0) matterstack_log "exit code 0${matterstack_last:+: $matterstack_last}" ;;
          '') matterstack_fail "no end within $matterstack_every s${matterstack_last:+: $matterstack_last}" ;;
          126 | 127 | 129 | 1[3-9]? | 2??) matterstack_fail "exit code $matterstack_code${matterstack_last:+: $matterstack_last}" ;;
          *)
            matterstack_log "exit code $matterstack_code${matterstack_last:+: $matterstack_last}"
            ! matterstack_is_over || exit
            matterstack_put {{AttemptLayout.MonitorStopFile}} "$matterstack_code $matterstack_last" || {
              matterstack_fail "its decision could not be written"
              return
            }
            matterstack_end_command
            exit
            ;;
          esac
        }
        matterstack_watch() {
          set +efu
          unset IFS
          matterstack_self=$(exec /bin/sh -c 'echo "$PPID"')
          matterstack_file=$matterstack_attempt/.monitor matterstack_rounds=0 matterstack_failed=0
          /bin/sh -n -c "$matterstack_check" 2>"$matterstack_file.err" || {
            matterstack_read_last "$matterstack_file.err"
            matterstack_fail "it is no shell text: $matterstack_last"
            exit
          }
          while :; do
            matterstack_left=$matterstack_every
            while [ "$matterstack_left" -gt 0 ]; do
              command -p sleep "$((matterstack_left < 5 ? matterstack_left : 5))"
              matterstack_left=$((matterstack_left - 5))
              ! matterstack_is_over || exit
            done
            matterstack_round
          done
        }

        """;
}
