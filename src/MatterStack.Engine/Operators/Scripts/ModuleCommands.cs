using System.Text;
using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Scripts;

/// <summary>Shell text that finds the command <c>module</c> and loads environment modules, with Lmod and with Environment Modules.</summary>
/// <remarks>
/// A job's shell is no log-in shell: it has not read the start-up files that define the command and set <c>MODULEPATH</c>. A bash reads
/// them and reports what they define; they cannot end the job's shell, move it, or change its umask, traps and options. A job's own values
/// of variables stay.
/// </remarks>
internal static class ModuleCommands
{
    private const int StderrLines = 20;
    private const string FailureStart = "matterstack: ";

    /// <summary>Appends the text; nothing if there are no modules. The text exits with <see cref="ExitCodes.ModuleNotLoaded"/> unless all
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
        exitCode != ExitCodes.ModuleNotLoaded
            ? null
            : new LogTail(request.RunFolder)
                .ReadLastLines(request.RelativeFolder + "/" + AttemptLayout.StderrFile, StderrLines)
                .Lines.LastOrDefault(static line => line.StartsWith(FailureStart, StringComparison.Ordinal))
                ?[FailureStart.Length..].TrimEnd();

    // Some start-up files work in bash only, hence bash reads them for a job's sh, too. Its report contains
    // - variables that the job has not, lists that begin, end or go on with the job's list, and the variables of the module system;
    // - PATH: new folders, then the job's;
    // - functions of the module system, if the job's shell is bash as well. Other shells define 'module' by the init script of the
    //   module system, or ask bash at each call.
    // An 'exit' in a start-up file ends that bash only, whose trap still reports.
    // Old Environment Modules return 0 for an unknown module, and Lmod does for a modulefile that exits: LOADEDMODULES is the proof.
    private static string BuildSearch(string root) =>
        $$"""
            # Environment modules: 'module' is what a log-in shell has here.
            matterstack_start='
            if [ -n "$1" ]; then export BASH_ENV="$1"; else unset BASH_ENV; fi
            ms_bash=$2; shift 2; ms_args=("$@"); ms_all=
            printf -v ms_quote "\\047"; printf -v ms_escaped "\\047\\134\\047\\047"
            ms_keep() { local ms_name; for ms_name in $(compgen -e); do printf -v "ms_old_$ms_name" %s "${!ms_name}"; done; }
            ms_print() { printf "%s%s%s%s\n" "$1" "$ms_quote" "${2//$ms_quote/"$ms_escaped"}" "$ms_quote" >&3; }
            ms_report() {
              local ms_status=0 ms_name ms_value ms_old ms_path ms_entry ms_functions= IFS=$ms_blank
              trap - EXIT; set +eufx
              for ms_entry in "${LMOD_PKG:-{{root}}/usr/share/lmod/lmod}" "${MODULESHOME:-{{root}}/usr/share/modules}" {{root}}/usr/share/Modules; do
                command -v module || { [ -r "$ms_entry/init/bash" ] && . "$ms_entry/init/bash"; }
              done
              set -f
              if [ ${#ms_args[@]} -gt 0 ]; then ms_keep; ms_all=1; set +f; module "${ms_args[@]}" >&4 2>&4; ms_status=$?; set -f; fi
              for ms_name in $(compgen -e); do
                ms_value=${!ms_name}; ms_old=ms_old_$ms_name
                [ -z "${!ms_old+x}" ] || [ "$ms_value" != "${!ms_old}" ] || continue
                case $ms_all$ms_name in
                  ms_*|*PWD|*SHLVL|*_) continue ;;
                  1*|MODULE*|LMOD*|_LM*|__LMOD*|__MODULES*|_ModuleTable*|LOADEDMODULES|BASH_ENV) ;;
                  *)
                    case ${!ms_old+x}:$ms_value: in
                      :*|x*:"${!ms_old}":*) [ "${!ms_old-x}" ] || continue ;;
                      *) [ $ms_name = PATH ] || continue
                        ms_path=; IFS=:
                        for ms_entry in $ms_value; do case :$PATH_OF_JOB:$ms_path in *:"$ms_entry":*) ;; *) ms_path=$ms_path$ms_entry: ;; esac; done
                        IFS=$ms_blank; ms_value=$ms_path$PATH_OF_JOB ;;
                    esac ;;
                esac
                ms_print "export $ms_name=" "$ms_value"
              done
              [ -z "$ms_all" ] || for ms_name in ${!ms_old_*}; do [ -n "$(eval "printf %s \"\${${ms_name#ms_old_}+x}\"")" ] || echo "unset ${ms_name#ms_old_}" >&3; done
              if [ -n "$ms_bash" ]; then
                for ms_name in $(compgen -A function); do
                  case $ms_name in *[!A-Za-z0-9_]*|ms_*) ;; *[Mm]odule*|*[Ll]mod*|ml|_ml*) ms_functions+=$(declare -f "$ms_name")$ms_line ;; esac
                done
                ms_print "command eval " "$ms_functions"
              fi
              echo "(exit $ms_status)" >&3
            }
            printf -v ms_line "\n"; printf -v ms_blank " \t\n"; PATH_OF_JOB=$PATH
            ms_keep; trap ms_report EXIT
            for ms_file in "${BASH_ENV-}" {{root}}/etc/profile; do [ ! -r "$ms_file" ] || [ -d "$ms_file" ] || . "$ms_file"; done
            ms_report'
            matterstack_ask() { BASH_ENV= bash -c "$matterstack_start" bash "${BASH_ENV-}" "${BASH_VERSION-}" "$@" 4>&2 3>&1 >/dev/null 2>&1 </dev/null 9>&-; }
            matterstack_has_module() { command -v module >/dev/null 2>&1; }
            if ! matterstack_has_module && command -v bash >/dev/null 2>&1; then eval "$(matterstack_ask)"; fi
            for matterstack_init in "${LMOD_PKG:-{{root}}/usr/share/lmod/lmod}" "${MODULESHOME:-{{root}}/usr/share/modules}" {{root}}/usr/share/Modules; do
              matterstack_has_module || { [ -r "$matterstack_init/init/sh" ] && (. "$matterstack_init/init/sh" && module --version) && . "$matterstack_init/init/sh"; } >/dev/null 2>&1 </dev/null
            done
            if ! matterstack_has_module && [ -n "$(matterstack_ask --version 2>&1)" ] && (eval "$(matterstack_ask --version)") >/dev/null 2>&1; then
              module() { eval "$(matterstack_ask "$@")"; }
            fi
            matterstack_fail() { echo "{{FailureStart}}$1" >&2; exit {{ExitCodes.ModuleNotLoaded}}; }
            matterstack_has_module || matterstack_fail "there is no command 'module': {{root}}/etc/profile does not define it, and no module system is at its usual places"
            matterstack_is_loaded() {
              case :${LOADEDMODULES-}: in *:"$1":*|*:"$1"/*) return 0 ;; esac
              [ -n "${LMOD_CMD-}${MODULES_CMD-}" ] && module is-loaded "$1" >/dev/null 2>&1 </dev/null
            }
            matterstack_added() { matterstack_before=:$1:; shift; IFS=:; for matterstack_entry in ${LOADEDMODULES-}; do case $matterstack_before in *:"$matterstack_entry":*) ;; *) unset IFS; return 0 ;; esac; done; unset IFS; return 1; }
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
            matterstack_check() { for matterstack_entry in $matterstack_loaded; do matterstack_is_loaded "$matterstack_entry" || matterstack_fail "module '$matterstack_entry' was unloaded by a later one"; done; }
            """;
}
