using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>Job options of a site that only Slurm has; a task's own values override them.</summary>
internal sealed record SlurmOptions
{
    /// <summary>Name of the cluster if several share one accounting; null stands for the cluster of the log-in node.</summary>
    public string? Cluster { get; init; }

    public string? Partition { get; init; }

    /// <summary>Partitions to choose from, in order; empty if <see cref="Partition"/> or the site decides.</summary>
    public IReadOnlyList<SlurmPartition> Partitions { get; init; } = [];

    public string? Account { get; init; }

    public string? Qos { get; init; }

    /// <summary>In Slurm's format: minutes, or <c>days-hours:minutes:seconds</c> and its short forms.</summary>
    public string? TimeLimit { get; init; }

    public int? Nodes { get; init; }

    public int? Ntasks { get; init; }

    /// <summary>Whether memory is requested for each core (<c>--mem-per-cpu</c>) instead of each node (<c>--mem</c>).</summary>
    public bool AsksMemoryPerCore { get; init; }

    /// <summary>Whether attempts of one shape are submitted as one array.</summary>
    public bool UsesArrays { get; init; } = true;

    /// <summary>What <c>--nice</c> grows by for each step of <c>Priority</c> below the highest of the run; 0: it is not set.</summary>
    public int NicePerPriority { get; init; }

    public string? Constraint { get; init; }

    public string? Gres { get; init; }

    public IReadOnlyList<string> Options { get; init; } = [];

    public static SlurmOptions From(Settings slurm) =>
        new()
        {
            Cluster = slurm.GetText("cluster"),
            Partition = slurm.GetText("partition"),
            Partitions = [.. slurm.GetGroupList("partitions").Select(SlurmPartition.FromSettings)],
            AsksMemoryPerCore = slurm.GetText("memory_per") == "core",
            NicePerPriority = slurm.GetInteger("nice_per_priority") ?? 0,
            UsesArrays = slurm.GetBoolean("arrays") ?? true,
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
