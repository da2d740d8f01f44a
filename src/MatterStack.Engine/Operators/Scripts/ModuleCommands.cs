using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Shell text that finds the command <c>module</c> and loads environment modules: Lmod and Environment Modules.</summary>
/// <remarks>
/// A job's shell is no log-in shell: it has not read the start-up files that define the command and set <c>MODULEPATH</c>. A bash reads
/// them and reports what they define; they cannot end the job's shell, move it, or change its umask, traps and options. A job's own values
/// of variables stay.
/// </remarks>
internal static class ModuleCommands
{
    private const int StderrLines = 20;
    private const string FailureStart = "matterstack: ";

    /// <summary>Appends the text; nothing if there are no modules. The text exits with <see cref="ExitCodes.SiteNotUsable"/> unless all
    /// modules are loaded at its end.</summary>
    /// <param name="text">The script.</param>
    /// <param name="modules">Modules in the order in which they are loaded.</param>
    /// <param name="root">Folder that stands for the root of the file system; empty outside tests.</param>
    public static void AppendLoads(StringBuilder text, IReadOnlyList<string> modules, string root = "")
    {
        if (modules.Count == 0)
        {
            return;
        }

        text.Append(BuildSearch(root)).Append('\n');
        foreach (var module in modules)
        {
            text.Append("matterstack_load ").Append(ShellText.Quote(module)).Append('\n');
        }

        if (modules.Count > 1)
        {
            text.Append("matterstack_check\n");
        }
    }

    /// <summary>Describes the module that an attempt could not load, for people; null if its exit code or its log says nothing of
    /// that.</summary>
    public static string? FindFailure(AttemptRequest request, int? exitCode) =>
        exitCode != ExitCodes.SiteNotUsable
            ? null
            : new LogTail(request.RunFolder)
                .ReadLastLines(request.RelativeFolder + "/" + AttemptLayout.StderrFile, StderrLines)
                .Lines.LastOrDefault(static line => line.StartsWith(FailureStart, StringComparison.Ordinal))
                ?[FailureStart.Length..].TrimEnd();

    // Some start-up files work in bash only, hence bash reads them for a job's sh, too. Its report contains
    // - variables that the job has not, longer forms of its lists, and the variables of the module system;
    // - PATH: new folders, then the job's;
    // - 'module', and the functions and variables that it names, if the job's shell is bash as well. Another shell reads the init script
    //   of the module system, or asks bash at each call.
    // An 'exit' in a start-up file ends that bash only, whose trap still reports.
    // Old Environment Modules return 0 for an unknown module, and Lmod does for a modulefile that exits: LOADEDMODULES is the proof.
    private static string BuildSearch(string root) =>
        $$"""
            # Environment modules: the command 'module' as a log-in shell has it. See the documentation, "How a job finds module".
            matterstack_start='
            if [ -n "$1" ]; then export BASH_ENV="$1"; else unset BASH_ENV; fi
            ms_bash=$2; shift 2; ms_arguments=("$@"); ms_path=$PATH
            printf -v ms_quote "\\047"; printf -v ms_escaped "\\047\\134\\047\\047"; printf -v ms_line "\n"; printf -v ms_blank " \t\n"
            shopt -u patsub_replacement
            ms_keep() { local ms_name; for ms_name in $(compgen -e); do printf -v "ms_old_$ms_name" %s "${!ms_name}"; done; }
            ms_print() { local ms_text=${2//$ms_quote/$ms_escaped}; printf "%s%s%s%s\n" "$1" "$ms_quote" "$ms_text" "$ms_quote" >&3; }
            ms_merge() {
              local ms_entry ms_new= IFS=:
              for ms_entry in $1; do case :$ms_path:$ms_new in *:"$ms_entry":*) ;; *) ms_new=$ms_new$ms_entry: ;; esac; done
              ms_value=$ms_new$ms_path
            }
            ms_report() {
              local ms_status=0 ms_name ms_value ms_old ms_entry ms_functions= ms_taken ms_more IFS=$ms_blank
              trap - EXIT; set +eufx
              for ms_entry in "${LMOD_PKG:-{{root}}/usr/share/lmod/lmod}" "${MODULESHOME:-{{root}}/usr/share/modules}" {{root}}/usr/share/Modules; do
                command -v module || { [ -r "$ms_entry/init/bash" ] && . "$ms_entry/init/bash"; }
              done
              if [ ${#ms_arguments[@]} -gt 0 ]; then ms_keep; module "${ms_arguments[@]}" >&4 2>&4; ms_status=$?; fi
              set -f
              for ms_name in $(compgen -e); do
                case $ms_name in ms_*|PWD|OLDPWD|SHLVL|_) continue ;; esac
                ms_value=${!ms_name}; ms_old=ms_old_$ms_name
                if [ -n "${!ms_old+x}" ]; then
                  [ "$ms_value" != "${!ms_old}" ] || continue
                  case ${#ms_arguments[@]}$ms_name:$ms_value: in
                    [1-9]*|0MODULE*|0LMOD*|0_LM*|0__LMOD*|0__MODULES*|0_ModuleTable*|0LOADEDMODULES:*|0BASH_ENV:*) ;;
                    *:"${!ms_old}":*) [ -n "${!ms_old}" ] || continue ;;
                    0PATH:*) ms_merge "$ms_value" ;;
                    *) continue ;;
                  esac
                fi
                ms_print "export $ms_name=" "$ms_value"
              done
              [ ${#ms_arguments[@]} = 0 ] || for ms_name in ${!ms_old_*}; do ms_old=${ms_name#ms_old_}; [ -n "${!ms_old+x}" ] || echo "unset $ms_old" >&3; done
              if [ -n "$ms_bash" ]; then
                ms_functions=$(declare -f module ml)$ms_line; ms_taken=" module ml "; ms_more=1
                while [ -n "$ms_more" ]; do
                  ms_more=
                  for ms_name in $(compgen -A function); do
                    case $ms_taken:$ms_name in *" $ms_name "*|*:ms_*|*:*[!A-Za-z0-9_]*) continue ;; esac
                    case $ms_functions in *"$ms_name"*) ms_functions+=$(declare -f "$ms_name")$ms_line; ms_taken+="$ms_name "; ms_more=1 ;; esac
                  done
                done
                for ms_name in $(compgen -v); do
                  case $ms_known in *" $ms_name "*) continue ;; esac
                  case $ms_name:$ms_functions in ms_*) ;; *:*"$ms_name"*) ms_functions+=$(declare -p "$ms_name")$ms_line ;; esac
                done
                ms_print "command eval " "$ms_functions"
              fi
              echo "(exit $ms_status)" >&3
            }
            ms_known=" $(echo $(compgen -v)) BASH_LINENO FUNCNAME BASH_SOURCE BASH_ARGC BASH_ARGV PIPESTATUS OLDPWD IFS "; ms_keep; trap ms_report EXIT
            for ms_file in "${BASH_ENV-}" {{root}}/etc/profile; do [ ! -f "$ms_file" ] || . "$ms_file"; done
            ms_report'
            matterstack_ask() { BASH_ENV= bash -c "$matterstack_start" bash "${BASH_ENV-}" "${BASH_VERSION-}" "$@" 4>&2 3>&1 >/dev/null 2>&1 </dev/null 9>&-; }
            matterstack_has() { command -v "$1" >/dev/null 2>&1; }
            if ! { matterstack_has module && [ -n "${MODULEPATH-}" ]; } && matterstack_has bash; then eval "$(matterstack_ask)"; fi
            for matterstack_entry in "${LMOD_PKG:-{{root}}/usr/share/lmod/lmod}" "${MODULESHOME:-{{root}}/usr/share/modules}" {{root}}/usr/share/Modules; do
              matterstack_has module || { [ -r "$matterstack_entry/init/sh" ] && (. "$matterstack_entry/init/sh"; command -v module) && . "$matterstack_entry/init/sh"; } >/dev/null 2>&1 </dev/null
            done
            if ! matterstack_has module && matterstack_has bash && (eval "$(matterstack_ask list)") >/dev/null 2>&1; then
              module() { eval "$(matterstack_ask "$@")"; }
            fi
            matterstack_fail() { echo "{{FailureStart}}$1" >&2; exit {{ExitCodes.SiteNotUsable}}; }
            matterstack_has module || matterstack_fail "there is no command 'module' here: neither start-up files of a log-in shell nor a module system at its usual place define it"
            matterstack_is_loaded() {
              case :${LOADEDMODULES-}: in *:"$1":*|*:"$1"/*) return 0 ;; esac
              [ -n "${LMOD_CMD-}${MODULES_CMD-}" ] && module is-loaded "$1" >/dev/null 2>&1 </dev/null
            }
            matterstack_added() {
              IFS=:
              for matterstack_entry in ${LOADEDMODULES-}; do case :$1: in *:"$matterstack_entry":*) ;; *) unset IFS; return 0 ;; esac; done
              unset IFS; return 1
            }
            matterstack_loaded=
            matterstack_load() {
              matterstack_list=${LOADEDMODULES-}
              module load "$1" >&2 </dev/null || matterstack_fail "module '$1' could not be loaded"
              if matterstack_is_loaded "$1"; then
                matterstack_loaded="$matterstack_loaded $1"
              elif [ -n "${LMOD_CMD-}${MODULES_CMD-}${LOADEDMODULES+x}" ]; then
                matterstack_added "$matterstack_list" || matterstack_fail "module '$1' could not be loaded"
              fi
            }
            matterstack_check() {
              for matterstack_entry in $matterstack_loaded; do
                matterstack_is_loaded "$matterstack_entry" || matterstack_fail "module '$matterstack_entry' is not loaded any more: a later module replaced it"
              done
            }
            """;
}
