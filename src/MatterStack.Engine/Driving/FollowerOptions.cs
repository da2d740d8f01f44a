using MatterStack.Engine.Transports.Shell;

namespace MatterStack.Engine.Driving;

/// <summary>What a driver's job requests from Slurm: one core of one node.</summary>
/// <param name="Cluster">Name of the cluster if several share one accounting.</param>
/// <param name="Options">Options of the site: partition, account, quality of service, time.</param>
internal sealed record FollowerOptions(string? Cluster, IReadOnlyList<string> Options)
{
    /// <summary>Longest time of one tick in minutes, if the site states no time.</summary>
    public const int DefaultMinutes = 60;

    public static FollowerOptions None { get; } = new(null, []);

    /// <summary>Option of every command of Slurm, with a leading blank; empty if the cluster has no name.</summary>
    public string ClusterOption => Cluster is null ? "" : " -M " + ShellText.QuoteIfNeeded(Cluster);

    /// <summary>Options of a submission, quoted for a shell.</summary>
    /// <param name="name">Name of the job.</param>
    public string FormatOptions(string name) =>
        string.Join(
            ' ',
            ((string[])["--job-name=" + name, "--nodes=1", "--ntasks=1", "--cpus-per-task=1", .. Options]).Select(ShellText.QuoteIfNeeded)
        );
}
