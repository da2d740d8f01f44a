using System.Globalization;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Shell text before and in scripts that call Slurm's commands.</summary>
internal static class SlurmShell
{
    // Not every site puts the commands on the path of a shell that nobody logged in to.
    private const string Find = "command -v squeue >/dev/null 2>&1 || { [ -r /etc/profile ] && . /etc/profile; } >/dev/null 2>&1\n";

    // Defaults that a user has set for commands typed by hand, and what a job tells those that it runs: neither changes what is asked or told here.
    // Of what sbatch reads, that stays which says who pays and where jobs wait.
    private const string Clear = """
        command unset $(env | sed -nE -e '/^SBATCH_(ACCOUNT|PARTITION|QOS|RESERVATION|WCKEY|TIMELIMIT|EXPORT)=/d' \
          -e 's/^((SQUEUE|SACCT|SCANCEL|SCONTROL|SBATCH)_[A-Z0-9_]+|SLURM_(JOB|ARRAY_|STEP|TASK|NTASKS|NPROCS|NNODES|NODE|MEM_|CPU|GPU|TRES|THREADS|SUBMIT_|EXPORT_ENV|WORKING_CLUSTER|CLUSTERS|TIME_FORMAT|BITSTR_LEN|EXIT_|HINT)[A-Z0-9_]*)=.*/\1/p') 2>/dev/null || :

        """;

    /// <summary>Stands before every script.</summary>
    public const string Head = Find + Clear;

    /// <summary>Asks for the version.</summary>
    public const string Contact = Find + "squeue --version 2>/dev/null\nexit 0\n";

    /// <summary>The environment wins over directives of a script: what wiring or task have named there is not taken from a user's defaults. In the folder of <c>submit.sh</c>.</summary>
    public const string OwnDefaults = """
        own() { ! grep -q "^#SBATCH --$1=" submit.sh || unset "SBATCH_$2"; }
        own account ACCOUNT; own partition PARTITION; own qos QOS; own reservation RESERVATION; own wckey WCKEY; own time TIMELIMIT; own export EXPORT

        """;

    /// <summary>Options that tell <c>sacct</c> when to look: from some days ago until the day after tomorrow.</summary>
    /// <remarks>
    /// Without an end in the future the accounting leaves out jobs that are some seconds old. Days are those of the cluster's own clock, with one to spare on both sides;
    /// spans such as <c>now-30days</c> are not known before Slurm 20.11.
    /// </remarks>
    public static string Window(int days) => string.Create(CultureInfo.InvariantCulture, $"-S \"{Day(-days - 1)}\" -E \"{Day(2)}\"");

    // -d of GNU and busybox, -r of BSD.
    private static string Day(int ahead) => string.Create(CultureInfo.InvariantCulture, $"$(at=$(($(date +%s) + {ahead} * 86400)); date -d @$at +%Y-%m-%d 2>/dev/null || date -r $at +%Y-%m-%d)");
}
