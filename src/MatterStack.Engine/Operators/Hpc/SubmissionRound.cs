using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Result of a submission round.</summary>
internal sealed class SubmissionRound
{
    private readonly Dictionary<HpcSite, int> _counts = [];

    /// <summary>Jobs that are, or may be, in the queue, and jobs that ended because they can never be submitted.</summary>
    public List<ClusterJob> Processed { get; } = [];

    /// <summary>Jobs that wait for a later round.</summary>
    public List<ClusterJob> Waiting { get; } = [];

    /// <summary>Time until the next try, unless an event comes first.</summary>
    public TimeSpan RetryAfter { get; private set; } = Timeout.InfiniteTimeSpan;

    /// <summary>Why nothing was submitted; null if something was, or if there was nothing to submit.</summary>
    public ShellResult.NoAnswer? Failure { get; set; }

    /// <summary>Whether a submission got no answer.</summary>
    public bool IsUnanswered { get; set; }

    public void RetryWithin(TimeSpan pause) =>
        RetryAfter =
            RetryAfter == Timeout.InfiniteTimeSpan || pause < RetryAfter
                ? pause < TimeSpan.Zero
                    ? TimeSpan.Zero
                    : pause
                : RetryAfter;

    public void AddProcessed(IReadOnlyList<ClusterJob> jobs)
    {
        Processed.AddRange(jobs);
        foreach (var job in jobs.Where(j => !j.IsOver))
        {
            _counts[job.Site] = _counts.GetValueOrDefault(job.Site) + 1;
        }
    }

    /// <summary>Number of submitted jobs of a site; of all sites if the argument is null.</summary>
    public int CountFor(HpcSite? site) => site is null ? _counts.Values.Sum() : _counts.GetValueOrDefault(site);
}
