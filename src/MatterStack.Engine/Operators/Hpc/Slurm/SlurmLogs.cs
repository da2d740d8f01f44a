using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>
/// Logs that Slurm opens: those of single jobs, and the error streams of array members, to which Slurm writes why it killed a member.
/// </summary>
/// <remarks>
/// All members share one file name pattern, although each has a folder of its own: the daemon opens a file next to these folders, and each
/// member first moves it to its <c>stderr.log</c>; the open file stays open.
/// The file is in no member's folder, so that no member depends on another's. If it cannot be moved, the member writes its log itself.
/// </remarks>
internal static class SlurmLogs
{
    // Slurm replaces '%A', '%j' and similar in the whole path of a log, and removes backslashes: it would not find the folder.
    private const string UnusablePathPattern = "*[%\\\\]*";

    /// <summary>
    /// Sets <c>logs</c> to options of a single job's submission: empty, unless Slurm cannot open logs in the job's folder. Runs in the
    /// job's folder.
    /// </summary>
    public const string SetLogOptions =
        $"case $PWD in {UnusablePathPattern}) logs='--output=/dev/null --error=/dev/null' ;; *) logs= ;; esac\n";

    /// <summary>In a folder whose logs Slurm cannot open, the job opens them itself.</summary>
    public const string SingleJobStart =
        $"case $PWD in {UnusablePathPattern}) exec > {AttemptLayout.StdoutFile} 2> {AttemptLayout.StderrFile} ;; esac\n";

    /// <summary>
    /// Sets <c>errors</c> to the file name pattern. Runs in the folder of the first member. A path that Slurm would change gets no file.
    /// </summary>
    public static string BuildErrorPattern(string name) =>
        $"case $PWD in {UnusablePathPattern}) errors=/dev/null ;; *) errors=${{PWD%/*}}/{FormatFileName(name, "%a")} ;; esac\n";

    /// <summary>Moves the file and continues as the script; continues after this text if there is no file.</summary>
    public static string BuildMemberStart(string name) =>
        $"mv -f -- \"${{SLURM_SUBMIT_DIR%/*}}/{FormatFileName(name, "$SLURM_ARRAY_TASK_ID")}\" {AttemptLayout.StderrFile} 2>/dev/null && "
        + $"exec /bin/sh ./{JobScript.FileName} > {AttemptLayout.StdoutFile}\n";

    private static string FormatFileName(string name, string index) => $".{name}-{index}.err";
}
