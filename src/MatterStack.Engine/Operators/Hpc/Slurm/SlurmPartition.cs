using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc.Slurm;

/// <summary>A row of <c>partitions</c>: a partition and the jobs that it takes. An omitted limit is no limit.</summary>
internal sealed record SlurmPartition
{
    public required string Name { get; init; }

    public TimeSpan? MaxTime { get; init; }

    public int? MaxNodes { get; init; }

    /// <summary>Maximum number of cores of a job in all.</summary>
    public int? MaxCores { get; init; }

    /// <summary>Maximum memory on each node.</summary>
    public decimal? MaxMemoryGb { get; init; }

    /// <summary>Models of its GPUs; empty: it has none.</summary>
    public IReadOnlyList<string> GpuTypes { get; init; } = [];

    /// <summary>Cores of each machine.</summary>
    public int? CoresPerNode { get; init; }

    public static SlurmPartition FromSettings(Settings row) =>
        new()
        {
            Name = row.GetText("name") ?? "",
            MaxTime = row.GetText("max_time") is { } time ? TimeLimitText.Parse(time) : null,
            MaxNodes = row.GetInteger("max_nodes"),
            MaxCores = row.GetInteger("max_cores"),
            MaxMemoryGb = row.GetNumber("max_memory_gb"),
            GpuTypes = row.GetList("gpu_types"),
            CoresPerNode = row.GetInteger("cores_per_node"),
        };

    /// <summary>Chooses the first row that a job fits; there is no other order.</summary>
    public static Placement Choose(IReadOnlyList<SlurmPartition> rows, TaskShape shape, TimeSpan? limit)
    {
        var before = new List<string>();
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].FindMisfit(shape, limit) is { } misfit)
            {
                before.Add($"{rows[i].Name} ({misfit})");
                continue;
            }

            return new Placement(
                rows[i].Name,
                string.Create(CultureInfo.InvariantCulture, $"partition {rows[i].Name}: row {i + 1} of {rows.Count} is the first that fits")
                    + (before.Count == 0 ? "" : "; not " + string.Join(", ", before))
            );
        }

        return new Placement(null, string.Join(", ", before));
    }

    // Returns why a job does not fit; null if it does. A job without a time limit fits every limit: Slurm sets the partition's own.
    private string? FindMisfit(TaskShape shape, TimeSpan? limit) =>
        limit > MaxTime ? $"{FormatTime(limit.Value)} is more than max_time {FormatTime(MaxTime.Value)}"
        : shape.Nodes > MaxNodes ? $"{CountText.FormatCount(shape.Nodes, "node")} is more than max_nodes {Format(MaxNodes)}"
        : shape.TotalCores > MaxCores ? $"{CountText.FormatCount(shape.TotalCores, "core")} is more than max_cores {Format(MaxCores)}"
        : shape.CoresPerNode > CoresPerNode
            ? $"{CountText.FormatCount(shape.CoresPerNode, "core")} on a node is more than cores_per_node {Format(CoresPerNode)}"
        : shape.MemoryGb > (double?)MaxMemoryGb ? $"{Format(shape.MemoryGb)} GiB on a node is more than max_memory_gb {Format(MaxMemoryGb)}"
        : shape.Gpus == 0 ? null
        : GpuTypes.Count == 0 ? $"{CountText.FormatCount(shape.Gpus, "GPU")}, and it has no gpu_types"
        : shape.GpuType is { } type && !GpuTypes.Contains(type, StringComparer.Ordinal)
            ? $"{type} is none of its gpu_types {string.Join(", ", GpuTypes)}"
        : null;

    private static string FormatTime(TimeSpan time) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(time.Days > 0 ? $"{time.Days}-" : "")}{time.Hours:00}:{time.Minutes:00}:{time.Seconds:00}"
        );

    private static string Format(IFormattable? number) => number?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}
