using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Job options of a site that only Slurm has; a task's own values override them.</summary>
internal sealed record SlurmOptions
{
    /// <summary>Name of the cluster if several share one accounting; null stands for the cluster of the log-in node.</summary>
    public string? Cluster { get; init; }

    public string? Partition { get; init; }

    public string? Account { get; init; }

    public string? Qos { get; init; }

    /// <summary>In Slurm's format: minutes, or <c>days-hours:minutes:seconds</c> and its short forms.</summary>
    public string? Time { get; init; }

    public int? Nodes { get; init; }

    public int? Ntasks { get; init; }

    public string? Constraint { get; init; }

    public string? Gres { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];

    public static SlurmOptions From(Settings slurm) => new()
    {
        Cluster = slurm.Text("cluster"),
        Partition = slurm.Text("partition"),
        Account = slurm.Text("account"),
        Qos = slurm.Text("qos"),
        Time = slurm.Text("time"),
        Nodes = slurm.Integer("nodes"),
        Ntasks = slurm.Integer("ntasks"),
        Constraint = slurm.Text("constraint"),
        Gres = slurm.Text("gres"),
        Options = slurm.List("options"),
    };
}
