namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>The error streams of an array's members, in which Slurm itself says what it ended and why.</summary>
/// <remarks>
/// One pattern serves all members, which have folders of their own: the daemon opens a file beside these, and each member moves it to its <c>stderr.log</c> before it does anything else; what is open stays open.
/// It lies in no member's folder, so that none needs another's. Where it cannot be moved the member writes its log itself.
/// </remarks>
internal static class SlurmMembers
{
    /// <summary>Sets <c>errors</c> to the pattern, in the folder of the first member. A path that Slurm would read otherwise has none.</summary>
    public static string Errors(string name) => $"case $PWD in *[%\\\\]*) errors=/dev/null ;; *) errors=${{PWD%/*}}/{File(name, "%a")} ;; esac\n";

    /// <summary>Takes the file and goes on as the script; goes on behind it where there is none.</summary>
    public static string Start(string name) =>
        $"mv -f -- \"${{SLURM_SUBMIT_DIR%/*}}/{File(name, "$SLURM_ARRAY_TASK_ID")}\" stderr.log 2>/dev/null && exec /bin/sh ./{JobScript.FileName} > stdout.log\n";

    private static string File(string name, string index) => $".{name}-{index}.err";
}
