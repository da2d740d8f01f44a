using System.Globalization;
using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Operators.Local;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Fetches the files of ended jobs and reports their ends. A failure of one job does not affect the others, and is not retried forever.
/// </summary>
/// <remarks>
/// A machine that does not answer is waited for. If it answers but cannot deliver the declared outputs, the attempt fails after a limited
/// time, with the machine's message.
/// </remarks>
/// <param name="files">The files of attempts.</param>
internal sealed class Collector(AttemptFiles files)
{
    private readonly FullPlaces _full = new();
    private CancellationToken _cancel;

    private const int Named = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // Permissions rarely change by themselves; a file system that is unmounted or reports errors may recover.
    internal static readonly TimeSpan MostOfDenial = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan MostOfTrouble = TimeSpan.FromMinutes(10);

    public void Collect(IReadOnlyList<ClusterJob> jobs, DateTimeOffset at, TimeSpan now, CancellationToken cancel)
    {
        _cancel = cancel;
        foreach (var place in jobs.Where(j => IsDue(j, now)).GroupBy(j => j.Place).ToList())
        {
            // A job that failed before may block others: fetch it on its own.
            var suspects = place.Where(IsSuspect).ToList();
            Collect(place.Key, [.. place.Except(suspects)], at, now, cancel);
            foreach (var suspect in suspects)
            {
                Collect(place.Key, [suspect], at, now, cancel);
            }
        }
    }

    /// <summary>Time until the next collection is due; infinite if nothing is left to collect.</summary>
    public static TimeSpan DueIn(IReadOnlyList<ClusterJob> jobs, TimeSpan now)
    {
        var due = Timeout.InfiniteTimeSpan;
        foreach (var job in jobs.Where(j => j is { End: not null, IsOver: false }))
        {
            var left = job.Search.At > now ? job.Search.At - now : TimeSpan.Zero;
            due = due == Timeout.InfiniteTimeSpan || left < due ? left : due;
        }

        return due;
    }

    private static bool IsDue(ClusterJob job, TimeSpan now) => job is { End: not null, IsOver: false } && (now >= job.Search.At || job.CancelReason is not null);

    private static bool IsSuspect(ClusterJob job) => job.Tries is { Last: not null };

    private void Collect(IPlace place, List<ClusterJob> jobs, DateTimeOffset at, TimeSpan now, CancellationToken cancel)
    {
        if (jobs.Count == 0 || cancel.IsCancellationRequested)
        {
            return;
        }

        IReadOnlyDictionary<AttemptOrder, Brought> brought;
        try
        {
            brought = place.Bring([.. jobs.Select(j => j.Order)], cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (var job in jobs)
            {
                job.Tell(job.Order.HeldUpBy(e, at));
            }

            return;
        }
        catch (Exception e)
        {
            // The job that causes the error must not stop the others: collect each on its own.
            foreach (var job in jobs)
            {
                if (jobs.Count == 1)
                {
                    job.Fail(at, e);
                }
                else
                {
                    Collect(place, [job], at, now, cancel);
                }
            }

            return;
        }

        foreach (var job in jobs.Where(j => brought.ContainsKey(j.Order)))
        {
            if (!cancel.IsCancellationRequested || brought[job.Order] is not Brought.Later)
            {
                job.Guard(at, () => Take(job, brought[job.Order], at, now));
            }
        }
    }

    private void Take(ClusterJob job, Brought brought, DateTimeOffset at, TimeSpan now)
    {
        switch (brought)
        {
            case Brought.Gone gone:
                Finish(job, at, now, Brought.Here.All, $"its folder {gone.Folder} is gone (purged?), and its outputs with it", fails: true);
                break;
            case Brought.Later later:
                if (MayWait(job, later.Answered, later.Moved, MostOfTrouble, at, now))
                {
                    job.Remark(at, $"has ended; its files cannot be fetched yet ({later.Why}); it is tried again{WayOut(job)}");
                }
                else
                {
                    Finish(job, at, now, Brought.Here.All, $"its files could not be fetched: {later.Why}",
                        fails: job.Order.Task.Outputs.Count > 0);
                }

                break;
            case Brought.Here { MayCome: true } here when job.End is JobState.Completed:
                if (MayWait(job, answered: true, moved: false, here.IsDenied ? MostOfDenial : MostOfTrouble, at, now))
                {
                    job.Remark(at, $"has ended; {Lines(here.Unread)[0]}; it is tried again{WayOut(job)}");
                }
                else
                {
                    Finish(job, at, now, here, Lines(here.Unread)[0], fails: true);
                }

                break;
            case Brought.Here here:
                Finish(job, at, now, here, null, fails: false);
                break;
            default:
                throw new InvalidOperationException("No rule for what came back");
        }
    }

    private static string WayOut(ClusterJob job) => $" (-t:CancelAttempt -p:AttemptId={job.Order.Attempt} ends it without them)";

    private bool MayWait(ClusterJob job, bool answered, bool moved, TimeSpan most, DateTimeOffset at, TimeSpan now)
    {
        if (job.CancelReason is not null)
        {
            return false;
        }

        job.Tries = (job.Tries ?? CollectingTries.Of(job.Order)).Next(at, answered, moved);
        if (answered && job.Tries.Answered >= most)
        {
            return false;
        }

        job.Tries.Keep(job.Order, files);
        var pause = moved || job.Search.Pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(job.Search.Pause.Ticks * 2, LongestPause.Ticks));
        job.Search = (now + pause, pause);
        return true;
    }

    /// <param name="job">The job.</param>
    /// <param name="at">Current time, UTC.</param>
    /// <param name="now">Current time of the connection's clock.</param>
    /// <param name="here">The fetched files.</param>
    /// <param name="lost">Description of missing files; null if nothing required is missing.</param>
    /// <param name="fails">Whether a successful attempt fails because of the missing files.</param>
    private void Finish(ClusterJob job, DateTimeOffset at, TimeSpan now, Brought.Here here, string? lost, bool fails)
    {
        var ending = JobOutcome.Of(job);
        if (lost is not null && job is { End: JobState.Completed, CancelReason: { } reason })
        {
            ending = ending with { IsCancelled = true, EndedBy = $"{reason}; its job had ended by itself, and {lost}" };
        }

        ending = ending with { Warnings = here.Warnings };
        var wentWell = ending is { ExitCode: 0, EndedBy: null };
        try
        {
            ending = (wentWell, lost) switch
            {
                // With the declared outputs that arrived and those that did not.
                (true, null) => AttemptFiles.Collect(job.Order, ending, [], new FetchedFacts(here.Unread, here.Hashes)),
                (true, _) when here.Unread.Count > 0 => AttemptFiles.Collect(job.Order, ending, [], new FetchedFacts(here.Unread, here.Hashes)),
                (true, _) when fails => ending with { CollectionProblem = lost },
                _ => ending with { Warnings = [.. ending.Warnings, .. lost is null ? Lines(here.Unread) : ending.IsCancelled && job.End is JobState.Completed ? [] : [lost]] },
            };
            if (wentWell && lost is null && Latency.MayBeLate(job, ending) && MayWait(job, answered: true, moved: false, job.Site.LatencyOf(job.Order), at, now))
            {
                job.Remark(at, $"has ended; {Latency.Words(job, ending)}, and may be seen later than it was written; it is looked for again{WayOut(job)}");
                return;
            }

            ending = _full.Explain(job, ending, LocalProtocol.ReadExitCode(job.Order), now, _cancel);
            job.Tell(new Observation.Exited(job.Order.Attempt, at, ending));
            CollectingTries.Forget(job.Order);
        }
        catch (IOException e) when (DiskTrouble.Is(e))
        {
            if (job.Place is not SharedPlace || !DiskTrouble.IsOfReading(e))
            {
                job.Tell(job.Order.HeldUpBy(e, at));
            }
            else if (MayWait(job, answered: true, moved: false, MostOfTrouble, at, now))
            {
                job.Remark(at, $"has ended; its outputs cannot be read ({e.Message}); it is tried again{WayOut(job)}");
            }
            else
            {
                job.Tell(new Observation.Exited(job.Order.Attempt, at, job.CancelReason is { } why
                    ? ending with { IsCancelled = true, EndedBy = $"{why}; its job had ended by itself, and its outputs could not be read: {e.Message}" } : ending with { CollectionProblem = $"its outputs could not be read: {e.Message}" }));
            }
        }
    }

    private static List<string> Lines(IReadOnlyDictionary<string, string> unread) =>
        unread.Count == 0 ? [] : [string.Join("; ", unread.Take(Named).Select(u => $"output '{u.Key}' {u.Value}")) + (unread.Count > Named ? string.Create(CultureInfo.InvariantCulture, $"; and {unread.Count - Named} more") : "")];
}
