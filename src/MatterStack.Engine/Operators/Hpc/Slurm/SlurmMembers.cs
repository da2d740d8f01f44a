namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>
/// Logs that Slurm opens: those of single jobs, and the error streams of array members, to which Slurm writes why it killed a member.
/// </summary>
/// <remarks>
/// All members share one file name pattern, although each has a folder of its own: the daemon opens a file next to these folders, and each
/// member first moves it to its <c>stderr.log</c>; the open file stays open.
/// The file is in no member's folder, so that no member depends on another's. If it cannot be moved, the member writes its log itself.
/// </remarks>
internal static class SlurmMembers
{
    // Slurm replaces '%A', '%j' and similar in the whole path of a log, and removes backslashes: it would not find the folder.
    private const string Odd = "*[%\\\\]*";

    /// <summary>
    /// Sets <c>logs</c> to options of a single job's submission: empty, unless Slurm cannot open logs in the job's folder. Runs in the
    /// job's folder.
    /// </summary>
    public const string Logs = $"case $PWD in {Odd}) logs='--output=/dev/null --error=/dev/null' ;; *) logs= ;; esac\n";

    /// <summary>In a folder whose logs Slurm cannot open, the job opens them itself.</summary>
    public const string StartSingle = $"case $PWD in {Odd}) exec > stdout.log 2> stderr.log ;; esac\n";

    /// <summary>
    /// Sets <c>errors</c> to the file name pattern. Runs in the folder of the first member. A path that Slurm would change gets no file.
    /// </summary>
    public static string Errors(string name) => $"case $PWD in {Odd}) errors=/dev/null ;; *) errors=${{PWD%/*}}/{File(name, "%a")} ;; esac\n";

    /// <summary>Moves the file and continues as the script; continues after this text if there is no file.</summary>
    public static string Start(string name) =>
        $"mv -f -- \"${{SLURM_SUBMIT_DIR%/*}}/{File(name, "$SLURM_ARRAY_TASK_ID")}\" stderr.log 2>/dev/null && exec /bin/sh ./{JobScript.FileName} > stdout.log\n";

    private static string File(string name, string index) => $".{name}-{index}.err";
}
