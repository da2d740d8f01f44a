using System.Globalization;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Shell text at the start of and inside scripts that call Slurm's commands.</summary>
internal static class SlurmShell
{
    // Not every site puts the commands on the path of a non-login shell.
    private const string FindCommands = "command -v squeue >/dev/null 2>&1 || { [ -r /etc/profile ] && . /etc/profile; } >/dev/null 2>&1\n";

    // Removes a user's defaults for interactive commands, and the variables that a job sets for its programs: neither may change a query or
    // a submission.
    // Of sbatch's variables, those that decide who pays and where jobs wait are kept.
    private const string ClearDefaults = """
        command unset $(env | sed -nE -e '/^SBATCH_(ACCOUNT|PARTITION|QOS|RESERVATION|WCKEY|TIMELIMIT|EXPORT)=/d' \
          -e 's/^((SQUEUE|SACCT|SCANCEL|SCONTROL|SBATCH)_[A-Z0-9_]+|SLURM_(JOB|ARRAY_|STEP|TASK|NTASKS|NPROCS|NNODES|NODE|MEM_|CPU|GPU|TRES|THREADS|SUBMIT_|EXPORT_ENV|WORKING_CLUSTER|CLUSTERS|TIME_FORMAT|BITSTR_LEN|EXIT_|HINT)[A-Z0-9_]*)=.*/\1/p') 2>/dev/null || :

        """;

    /// <summary>Before a command that prints times: it prints them in UTC, and not in the zone of the cluster.</summary>
    public const string InUtc = "TZ=UTC0 ";

    /// <summary>Start of every script.</summary>
    public const string Header = FindCommands + ClearDefaults;

    /// <summary>Prints the version.</summary>
    public const string VersionQuery = FindCommands + "squeue --version 2>/dev/null\nexit 0\n";

    /// <summary>
    /// Environment variables override directives of a script: a value that the wiring or the task sets must not come from a user's
    /// defaults. Runs in the folder of <c>submit.sh</c>.
    /// </summary>
    public const string UnsetUserDefaults = """
        own() { ! grep -q "^#SBATCH --$1=" submit.sh || unset "SBATCH_$2"; }
        own account ACCOUNT; own partition PARTITION; own qos QOS; own reservation RESERVATION; own wckey WCKEY; own time TIMELIMIT; own export EXPORT

        """;

    /// <summary>Options with the time window of <c>sacct</c>: from some days ago until the day after tomorrow.</summary>
    /// <remarks>
    /// Without an end in the future the accounting omits jobs that are only seconds old. Days are those of the cluster's own clock, with
    /// one spare day on both sides;
    /// spans such as <c>now-30days</c> do not exist before Slurm 20.11.
    /// </remarks>
    public static string FormatTimeWindow(int days) =>
        string.Create(CultureInfo.InvariantCulture, $"-S \"{FormatDay(-days - 1)}\" -E \"{FormatDay(2)}\"");

    // -d for GNU and busybox, -r for BSD.
    private static string FormatDay(int ahead) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"$(at=$(($(date +%s) + {ahead} * 86400)); date -d @$at +%Y-%m-%d 2>/dev/null || date -r $at +%Y-%m-%d)"
        );
}
