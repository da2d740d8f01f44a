using System.Text.RegularExpressions;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>
/// Finds out from a job's error stream whether its node killed processes for lack of memory: for jobs that neither queue nor accounting can
/// report, or that Slurm calls FAILED.
/// </summary>
internal static partial class SlurmMemoryKills
{
    private const string KillMessage = "processes of this job were killed for memory";

    /// <summary>
    /// The kernel counts kills in the job's control group. The job reports them itself, since a pipeline that ends with 0 hides them.
    /// </summary>
    public static string BuildEndCommands(string name) =>
        """
            # What its node killed for memory need not show in the exit code.
            matterstack_end() {
              while IFS=: read -r number kinds path; do
                case $path in */job_"$SLURM_JOB_ID"/*) ;; *) continue ;; esac
                case $number$kinds in 0) counts=/sys/fs/cgroup$path/memory.events ;; *memory*) counts=/sys/fs/cgroup/memory$path/memory.oom_control ;; *) continue ;; esac
                while read -r what count; do case $what$count in oom_kill0) ;; oom_kill[1-9]*) echo "submit.sh: NAME: $count OURS" >&3 ;; esac; done < "$counts"
              done < /proc/self/cgroup
            } 3>&2 2>/dev/null

            """.Replace("NAME", name, StringComparison.Ordinal).Replace("OURS", KillMessage, StringComparison.Ordinal);

    /// <summary>Returns the message that reports a kill; null if there is none.</summary>
    /// <param name="errors">The end of the job's error stream.</param>
    /// <param name="name">The job's name.</param>
    /// <param name="id">The job's id; null if unknown.</param>
    /// <param name="isSure">Whether only lines count that no program can have written: the last lines, or lines with the job's own name or
    /// id. Otherwise any line of Slurm counts.</param>
    public static string? FindMemoryKill(string errors, string name, string? id, bool isSure)
    {
        var lines = errors.Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var own = $"submit.sh: {name}: ";
        if (
            lines.LastOrDefault(line =>
                line.StartsWith(own, StringComparison.Ordinal) && line.EndsWith(KillMessage, StringComparison.Ordinal)
            ) is
            { } told
        )
        {
            return told[own.Length..];
        }

        // The daemon writes after the job's processes have ended: its lines are last.
        var believed = isSure
            ? lines
                .AsEnumerable()
                .Reverse()
                .SkipWhile(string.IsNullOrWhiteSpace)
                .TakeWhile(line => line.StartsWith("slurmstepd", StringComparison.Ordinal))
                .Reverse()
            : lines;
        return believed
            .Select(line => KillLinePattern().Match(line))
            .Where(said => said.Success && (!isSure || IsOfJob(said, id)))
            .LastOrDefault()
            ?.Groups["words"]
            .Value;
    }

    // An array member has a job number of its own, which its id does not contain.
    private static bool IsOfJob(Match said, string? id) =>
        said.Groups["step"] is not { Success: true } step
        || (
            (step.Value.EndsWith(".batch", StringComparison.Ordinal) || !step.Value.Contains('.', StringComparison.Ordinal))
            && (id is null || id.Contains('_', StringComparison.Ordinal) || step.Value.Split('.')[0] == id)
        );

    // slurmstepd: error: Detected 1 oom-kill event(s) in step 12.batch cgroup. Some of your processes may have been killed by the cgroup
    // out-of-memory handler.   (until 19.05) slurmstepd: error: Detected 1 oom-kill event(s) in StepId=12.batch. Some …; Detected 1
    // oom_kill event in StepId=12.batch. Some of the step tasks have been OOM Killed.   (20.02; 23.02) slurmstepd: error: Job 12 exceeded
    // memory limit (2000 > 1000), being killed; StepId=12.batch exceeded memory limit (2000 > 1000), being killed
    // (JobAcctGatherParams=OverMemoryKill) 'Exceeded job memory limit at some point' does not match: nothing was killed, pages were written
    // out.
    [GeneratedRegex(
        @"^slurmstepd(-[^\s:]+)?: error: (?<words>"
            + @"(Detected [0-9]+ oom[-_]kill events?(\(s\))? in (step |StepId=)(?<step>[0-9+]+(\.[a-z0-9]+)?).*"
            + @"|(Job |Step |JobId=|StepId=)(?<step>[0-9+_]+(\.[a-z0-9]+)?) exceeded memory limit .*being killed.*))$"
    )]
    private static partial Regex KillLinePattern();
}
