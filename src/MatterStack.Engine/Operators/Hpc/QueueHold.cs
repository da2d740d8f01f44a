using MatterStack.Engine.Files;
using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Holds waiting jobs while the run is paused, and releases them again.</summary>
/// <remarks>
/// A marker file in the attempt's folder is written before the scheduler is called. So jobs that a person holds stay held when the run
/// resumes, and no crash leaves a job held forever.
/// </remarks>
internal sealed class QueueHold(IShell shell, AttemptFiles files, TimeProvider clock)
{
    /// <summary>Marker file in an attempt's folder while its job is held.</summary>
    public const string FileName = "held";

    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(120);

    public static bool HasMarker(AttemptRequest request) => File.Exists(Path.Combine(request.Folder, FileName));

    /// <returns>Whether the scheduler was called.</returns>
    public bool HoldJobs(IEnumerable<ClusterJob> all, CancellationToken cancel)
    {
        var jobs = all.Where(CanBeHeld).ToList();
        foreach (var job in jobs.Where(j => !j.IsHeld))
        {
            try
            {
                files.WriteFile(job.Request, FileName, "");
                job.IsHeld = true;
            }
            catch (Exception e) when (DiskErrors.IsAccessError(e))
            {
                job.ReportNote(clock.GetUtcNow(), $"is not held in the queue although the run is paused: {e.Message}");
            }
        }

        return RunCommand(
            [.. jobs.Where(j => j.IsHeld)],
            scheduler => scheduler.BuildHoldScript,
            "may start although the run is paused",
            cancel
        )
            is not null;
    }

    /// <returns>Whether the scheduler was called.</returns>
    public bool ReleaseJobs(IEnumerable<ClusterJob> all, CancellationToken cancel)
    {
        var jobs = all.Where(j => j is { IsHeld: true, Id: not null, IsOver: false }).ToList();
        if (RunCommand(jobs, scheduler => scheduler.BuildReleaseScript, "is still held although the run goes on", cancel) is not { } done)
        {
            return false;
        }

        foreach (var job in jobs.Where(_ => done))
        {
            // Delete the marker last: after a crash the job is released again.
            files.DeleteFile(job.Request, FileName);
            job.IsHeld = false;
        }

        return true;
    }

    // Returns null if there are no jobs.
    private bool? RunCommand(
        List<ClusterJob> jobs,
        Func<IScheduler, Func<IReadOnlyCollection<string>, string>> words,
        string trouble,
        CancellationToken cancel
    )
    {
        if (jobs.Count == 0)
        {
            return null;
        }

        var answer = shell.Run(new ShellCall(words(jobs[0].Site.Scheduler)([.. jobs.Select(j => j.Id!)]), CommandTimeout), cancel);
        if (answer is ShellResult.Ended { ExitCode: 0 })
        {
            return true;
        }

        var why = answer switch
        {
            ShellResult.NoAnswer none => none.Reason,
            ShellResult.Ended ended => ended.Error.Trim(),
            _ => "",
        };
        foreach (var job in jobs)
        {
            job.ReportNote(clock.GetUtcNow(), $"{trouble}, as job {job.Id}: {shell.Name} says {why}");
        }

        return false;
    }

    private static bool CanBeHeld(ClusterJob job) =>
        job is { Id: not null, End: null, CancelReason: null, IsOver: false }
        && job.LastQueueState is null or JobState.Waiting { IsHeld: false };
}
