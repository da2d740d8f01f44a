namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Shell text with which a job's script sends a signal to its command.</summary>
internal static class SlurmStopSignal
{
    /// <summary>
    /// <c>srun</c> ends its tasks at once when it gets <c>TERM</c>, and they are no children of the script: a daemon has started them. So
    /// Slurm itself sends the signal to them, and <c>srun</c> gets none.
    /// </summary>
    public static string BuildSendFunction(string signal) =>
        """
            matterstack_send() {
              trap '' SIGNAL
              { read -r matterstack_line <"/proc/$$/stat"; } 2>/dev/null || { kill -s SIGNAL 0; return; }
              set -- ${matterstack_line##*) }
              matterstack_group=$3 matterstack_steps= matterstack_others=
              for matterstack_entry in /proc/[0-9]*; do
                { read -r matterstack_line <"$matterstack_entry/stat"; } 2>/dev/null || continue
                set -- ${matterstack_line##*) }
                [ "$3" = "$matterstack_group" ] || continue
                case $matterstack_line in
                *" (srun) "*) matterstack_steps=1 ;;
                "$$ "*) ;;
                *) matterstack_others="$matterstack_others ${matterstack_entry#/proc/}" ;;
                esac
              done
              if [ -n "$matterstack_steps" ] && scancel -Q --signal=SIGNAL "$SLURM_JOB_ID"; then
                kill -s SIGNAL $matterstack_others
              else
                kill -s SIGNAL 0
              fi 2>/dev/null
            }

            """.Replace("SIGNAL", signal, StringComparison.Ordinal);
}
