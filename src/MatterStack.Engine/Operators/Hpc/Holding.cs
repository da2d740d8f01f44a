using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Keeps jobs that wait from starting while the run is paused, and lets them go again.</summary>
/// <remarks>Which were held for that stands in their folders before the scheduler is told: those that a person holds stay held when the run goes on, and no crash leaves one held for ever.</remarks>
internal sealed class Holding(IShell shell, AttemptFiles files, TimeProvider clock)
{
    /// <summary>File in an attempt's folder as long as its job is held.</summary>
    public const string FileName = "held";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static bool IsMarked(AttemptOrder order) => File.Exists(Path.Combine(order.Folder, FileName));

    /// <returns>Whether the scheduler was told something.</returns>
    public bool Hold(IEnumerable<ClusterJob> all, CancellationToken cancel)
    {
        var jobs = all.Where(j => j is { Id: not null, End: null, CancelReason: null, IsOver: false, Seen: null or JobState.Waiting { IsHeld: false } }).ToList();
        foreach (var job in jobs.Where(j => !j.IsHeld))
        {
            try
            {
                files.Write(job.Order, FileName, "");
                job.IsHeld = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                job.Remark(clock.GetUtcNow(), $"is not held in the queue although the run is paused: {e.Message}");
            }
        }

        return Tell([.. jobs.Where(j => j.IsHeld)], scheduler => scheduler.Hold, "may start although the run is paused", cancel) is not null;
    }

    /// <returns>Whether the scheduler was told something.</returns>
    public bool Release(IEnumerable<ClusterJob> all, CancellationToken cancel)
    {
        var jobs = all.Where(j => j is { IsHeld: true, Id: not null, IsOver: false }).ToList();
        if (Tell(jobs, scheduler => scheduler.Release, "is still held although the run goes on", cancel) is not { } done)
        {
            return false;
        }

        foreach (var job in jobs.Where(_ => done))
        {
            // The mark goes last: who dies before lets it go once more.
            File.Delete(Path.Combine(job.Order.Folder, FileName));
            job.IsHeld = false;
        }

        return true;
    }

    // Null: there was nobody to tell of.
    private bool? Tell(List<ClusterJob> jobs, Func<IScheduler, Func<IReadOnlyCollection<string>, string>> words, string trouble, CancellationToken cancel)
    {
        if (jobs.Count == 0)
        {
            return null;
        }

        var answer = shell.Run(new ShellCall(words(jobs[0].Site.Scheduler)([.. jobs.Select(j => j.Id!)]), Patience), cancel);
        if (answer is ShellAnswer.Ended { ExitCode: 0 })
        {
            return true;
        }

        var why = answer switch { ShellAnswer.None none => none.Why, ShellAnswer.Ended ended => ended.Error.Trim(), _ => "" };
        foreach (var job in jobs)
        {
            job.Remark(clock.GetUtcNow(), $"{trouble}, as job {job.Id}: {shell.Name} says {why}");
        }

        return false;
    }
}
