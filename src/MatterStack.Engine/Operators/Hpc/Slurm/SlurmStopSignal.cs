namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Shell text with which a job's script sends a signal to its command.</summary>
internal static class SlurmStopSignal
{
    /// <summary>Sends a signal to processes, and to the steps of the job in place of <c>srun</c>. Steps that live on end with the
    /// job.</summary>
    public const string ReachFunction = """
        matterstack_reach() {
          matterstack_name=$1 matterstack_steps= matterstack_others=
          shift
          for matterstack_entry; do
            { read -r matterstack_line <"/proc/$matterstack_entry/stat"; } 2>/dev/null || continue
            case $matterstack_line in
            *" (srun) "*) matterstack_steps=1 ;;
            *) matterstack_others="$matterstack_others $matterstack_entry" ;;
            esac
          done
          if [ "$matterstack_name" != KILL ] && [ -n "$matterstack_steps" ] && scancel -Q --signal="$matterstack_name" "$SLURM_JOB_ID"; then
            [ -z "$matterstack_others" ] || kill -s "$matterstack_name" $matterstack_others
          else
            kill -s "$matterstack_name" "$@"
          fi
        }

        """;

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
