using MatterStack.Engine.Files;
using MatterStack.Engine.Lifecycle;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Brings home what ended jobs left, and says how they ended.</summary>
internal static class Collector
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public static void Collect(IReadOnlyList<ClusterJob> jobs, DateTimeOffset at, TimeSpan now, CancellationToken cancel)
    {
        foreach (var place in jobs.Where(j => j is { End: not null, IsOver: false } && now >= j.Search.At).GroupBy(j => j.Place).ToList())
        {
            Collect(place.Key, [.. place], at, now, cancel);
        }
    }

    private static void Collect(IPlace place, List<ClusterJob> jobs, DateTimeOffset at, TimeSpan now, CancellationToken cancel)
    {
        ShellAnswer.None? failure;
        try
        {
            failure = place.Bring([.. jobs.Select(j => j.Order)], cancel);
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
            // The one that it is about keeps none of the others from coming home.
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

        if (cancel.IsCancellationRequested)
        {
            return;
        }

        foreach (var job in jobs)
        {
            if (failure is not null && !GivesUp(job))
            {
                var pause = job.Search.Pause == TimeSpan.Zero ? TimeSpan.FromSeconds(2) : TimeSpan.FromTicks(Math.Min(job.Search.Pause.Ticks * 2, LongestPause.Ticks));
                job.Search = (now + pause, pause);
                job.Remark(at, $"has ended; what it left cannot be brought yet ({failure.Why}); it is tried again");
                continue;
            }

            job.Guard(at, () => Finish(job, at, failure is null ? null : $"what it left could not be brought: {failure.Why}"));
        }
    }

    // One that ended for a reason of its own has nothing that must come.
    private static bool GivesUp(ClusterJob job) => job.End is not JobState.Completed && job.Search.Pause >= TimeSpan.FromMinutes(1);

    private static void Finish(ClusterJob job, DateTimeOffset at, string? lost)
    {
        var ending = JobOutcome.Of(job);
        ending = ending with { CollectProblem = ending.ExitCode == 0 ? lost : null };
        try
        {
            job.Tell(new Observation.Exited(job.Order.Attempt, at, ending is { ExitCode: 0, EndedBy: null, CollectProblem: null } ? AttemptFiles.Collect(job.Order, ending) : ending));
        }
        catch (IOException e) when (DiskTrouble.Is(e))
        {
            job.Tell(job.Order.HeldUpBy(e, at));
        }
    }
}
