using System.Globalization;
using System.Text;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Tells a scheduler to end jobs, until they are over: again after a pause where it could not be told, and again after a while where it was and they go on.</summary>
/// <remarks>Only jobs whose ids are known are told of: a name could be that of others too, and what is not there yet may still arrive. A job is over when the scheduler says so, or when nobody knows it and nothing can still arrive.</remarks>
internal sealed class JobEnding(IShell shell, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    // Between the signal that asks and the one that kills schedulers leave half a minute.
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    // A queue and an accounting that do not know a job may lag behind what was told.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    // As long as a controller may sit on a submission whose answer was lost.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private TimeSpan _notBefore;
    private TimeSpan _pause;

    /// <summary>How long nobody has to be told.</summary>
    public TimeSpan DueIn(IReadOnlyList<ClusterJob> jobs, TimeSpan now)
    {
        var due = jobs.Where(j => j is { IsBeingEnded: true, Id: not null }).Select(Due).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        return due == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : due > now ? due - now : TimeSpan.Zero;
    }

    /// <summary>Tells the scheduler of those that are due.</summary>
    /// <returns>Whether it was told of any.</returns>
    public bool Tell(IReadOnlyList<ClusterJob> jobs, TimeSpan now, CancellationToken cancel)
    {
        var due = jobs.Where(j => j is { IsBeingEnded: true, Id: not null } && Due(j) <= now).ToList();
        if (due.Count == 0)
        {
            return false;
        }

        var scheduler = due[0].Site.Scheduler;
        var ids = due.Select(j => j.Id!).Distinct().ToList();
        var answer = shell.Run(new ShellCall(scheduler.Cancel(ids), Patience), cancel);
        if (cancel.IsCancellationRequested)
        {
            return false;
        }

        var refused = answer is ShellAnswer.Ended ended ? scheduler.ReadCancel(ended, ids) : null;
        var at = clock.GetUtcNow();
        var told = 0;
        foreach (var job in due)
        {
            if (refused is not null && !refused.ContainsKey(job.Id!))
            {
                told++;
                job.Cancels++;
                job.CancelledAt = now;
                job.TellEndTold(at, job.Cancels == 1 ? null : string.Create(CultureInfo.InvariantCulture,
                    $"{scheduler.Type} on {shell.Name} has been told {job.Cancels} times to end job {job.Id}, and still shows it{(job.Seen is JobState.Running { Remark: { } word } ? $" as {word}" : "")}; it is told again"));
                continue;
            }

            job.TellEndNotTold(at, refused is null ? $"{shell.Name} cannot be reached to end job {job.Id} ({((ShellAnswer.None)answer).Why})" : $"{scheduler.Type} on {shell.Name} did not end job {job.Id}: {refused[job.Id!]}");
        }

        _pause = told == due.Count ? TimeSpan.Zero : _pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, LongestPause.Ticks));
        _notBefore = now + _pause;
        return told > 0;
    }

    /// <summary>Sees to jobs that are to end and that the scheduler has just been asked about: those that nobody knows are over, unless they may still arrive.</summary>
    public void EndUnknown(IReadOnlyList<ClusterJob> all, TimeSpan now, CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        var open = all.Where(j => j.IsBeingEnded).ToList();
        var unknown = open.Where(j => j.WasSoughtInVain && now - j.TriedAt >= Grace && (j.Id is null || now - j.CancelledAt >= Settled)).ToList();
        var byName = unknown.Where(j => j.Id is null).ToList();
        var arriving = byName.Count == 0 ? "" : Arriving(all, byName, cancel);
        foreach (var job in open)
        {
            if (unknown.Contains(job) && (job.Id is not null || (arriving is not null && !Says(arriving, "busy", job) && (!Says(arriving, "unsure", job) || now >= job.FinalAt))))
            {
                job.Tell(new Observation.Exited(job.Order.Attempt, at, new Ending { Cancelled = true, EndedBy = job.CancelReason }));
            }
            else if (job.Id is null)
            {
                job.TellEndNotTold(at, $"whether {job.Site.Scheduler.Type} on {shell.Name} has taken {job.Name} is not known yet; it is looked for by that name, and ended when it is found");
            }
        }
    }

    // Whose submission is still at work over there, by the lock that it holds: lines 'busy NAME', or 'unsure NAME' where nobody can tell. Null: no answer.
    private string? Arriving(IReadOnlyList<ClusterJob> all, List<ClusterJob> jobs, CancellationToken cancel)
    {
        var script = new StringBuilder();
        foreach (var name in jobs.Select(j => j.Name!).Distinct())
        {
            // An array is submitted from the folder of its first member.
            var first = all.Where(j => j.Name == name).MinBy(j => j.Index ?? 0)!;
            script.Append("( cd -- ").Append(first.Place.Folder(first.Order)).Append(" 2>/dev/null && [ -e ").Append(JobScript.FileName).Append(" ] || exit 0; command -v flock >/dev/null 2>&1 || { echo unsure ").Append(name)
                .Append("; exit 0; }; exec 8<>").Append(JobScript.FileName).Append(" && flock -n 8 || echo busy ").Append(name).Append(" )\n");
        }

        return shell.Run(new ShellCall(script.Append("exit 0\n").ToString(), Patience), cancel) is ShellAnswer.Ended { ExitCode: 0 } ended ? ended.Output + "\n" : null;
    }

    private static bool Says(string lines, string word, ClusterJob job) => lines.Split('\n', StringSplitOptions.TrimEntries).Contains($"{word} {job.Name}");

    private TimeSpan Due(ClusterJob job) => job.CancelledAt is not { } told ? _notBefore
        : told + TimeSpan.FromTicks(Math.Min(Again.Ticks << Math.Min(job.Cancels - 1, 4), LongestPause.Ticks));
}
