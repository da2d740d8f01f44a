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
    public string? TimeLimit { get; init; }

    public int? Nodes { get; init; }

    public int? Ntasks { get; init; }

    public string? Constraint { get; init; }

    public string? Gres { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];

    public static SlurmOptions From(Settings slurm) =>
        new()
        {
            Cluster = slurm.GetText("cluster"),
            Partition = slurm.GetText("partition"),
            Account = slurm.GetText("account"),
            Qos = slurm.GetText("qos"),
            TimeLimit = slurm.GetText("time"),
            Nodes = slurm.GetInteger("nodes"),
            Ntasks = slurm.GetInteger("ntasks"),
            Constraint = slurm.GetText("constraint"),
            Gres = slurm.GetText("gres"),
            Options = slurm.GetList("options"),
        };
}
