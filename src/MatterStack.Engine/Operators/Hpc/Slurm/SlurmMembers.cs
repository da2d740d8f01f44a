namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Logs that Slurm opens: those of single jobs, and the error streams of an array's members, in which it says itself what it ended and why.</summary>
/// <remarks>
/// One pattern serves all members, which have folders of their own: the daemon opens a file beside these, and each member moves it to its <c>stderr.log</c> before it does anything else; what is open stays open.
/// It lies in no member's folder, so that none needs another's. Where it cannot be moved the member writes its log itself.
/// </remarks>
internal static class SlurmMembers
{
    // Slurm puts something else in the place of '%A', '%j' and their like in the whole path of a log, and takes backslashes out of it: it would not find the folder.
    private const string Odd = "*[%\\\\]*";

    /// <summary>Sets <c>logs</c> to options of a single job's submission: none, unless its logs cannot be named to Slurm. In the job's folder.</summary>
    public const string Logs = $"case $PWD in {Odd}) logs='--output=/dev/null --error=/dev/null' ;; *) logs= ;; esac\n";

    /// <summary>In such a folder the job opens them itself.</summary>
    public const string StartSingle = $"case $PWD in {Odd}) exec > stdout.log 2> stderr.log ;; esac\n";

    /// <summary>Sets <c>errors</c> to the pattern, in the folder of the first member. A path that Slurm would read otherwise has none.</summary>
    public static string Errors(string name) => $"case $PWD in {Odd}) errors=/dev/null ;; *) errors=${{PWD%/*}}/{File(name, "%a")} ;; esac\n";

    /// <summary>Takes the file and goes on as the script; goes on behind it where there is none.</summary>
    public static string Start(string name) =>
        $"mv -f -- \"${{SLURM_SUBMIT_DIR%/*}}/{File(name, "$SLURM_ARRAY_TASK_ID")}\" stderr.log 2>/dev/null && exec /bin/sh ./{JobScript.FileName} > stdout.log\n";

    private static string File(string name, string index) => $".{name}-{index}.err";
}
