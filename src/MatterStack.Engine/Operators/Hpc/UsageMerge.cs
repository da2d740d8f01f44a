using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Operators.Scripts;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Joins what the queue, the accounting and the job's own script say about what a job used.</summary>
internal static class UsageMerge
{
    /// <summary>Returns what is known at the end of a job.</summary>
    /// <param name="job">The ended job, with its exit code on this machine.</param>
    public static AttemptUsage CreateAtEnd(ClusterJob job)
    {
        var times = new AttemptUsage { CpuTime = ExitCodeFile.ReadCpuTime(job.Request) };
        if (job.Usage is { Source: not UsageSource.None } told)
        {
            return Join(times, told, missing: UsageNotes.NothingGathered);
        }

        var known = Join(times, job.Usage ?? new AttemptUsage(), UsageNotes.NotListed);
        return job.Id is not null && job.Site.Scheduler.HasUsageQuery
            ? known with
            {
                Source = UsageSource.Pending,
                Note = UsageNotes.AccountingPending,
            }
            : known;
    }

    /// <summary>Joins two sources.</summary>
    /// <param name="known">What is known without the accounting; its processor time is of the job's script.</param>
    /// <param name="told">What the accounting says, or the queue.</param>
    /// <param name="missing">Why the accounting does not say more.</param>
    public static AttemptUsage Join(AttemptUsage known, AttemptUsage told, string missing)
    {
        var started = told.StartedAt ?? known.StartedAt;
        var cpu = told.CpuTime ?? known.CpuTime;
        var isMeasured = told.CpuTime is not null || told.PeakMemoryBytes is not null;
        return new AttemptUsage
        {
            StartedAt = started,
            QueueTime = told.QueueTime ?? known.QueueTime,
            WallTime = told.WallTime ?? known.WallTime,
            CpuTime = cpu,
            PeakMemoryBytes = told.PeakMemoryBytes,
            Source =
                isMeasured ? told.Source
                : cpu is not null ? UsageSource.Times
                : UsageSource.None,
            Note =
                told.Source != UsageSource.None && told.StartedAt is null
                    ? UsageNotes.NeverBegan
                    : UsageNotes.Join(
                        cpu is null ? UsageNotes.NoTimes
                            : told.CpuTime is null ? UsageNotes.BatchScriptOnly
                            : null,
                        told.PeakMemoryBytes is null ? missing : null
                    ),
        };
    }
}
