using System.Globalization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns;

/// <summary>What a task runs on: machines, processes, cores, memory, accelerators. It has one meaning on every operator.</summary>
/// <param name="Nodes">Machines.</param>
/// <param name="Ranks">MPI processes in all.</param>
/// <param name="Cores">Cores of each rank.</param>
/// <param name="MemoryGb">Memory on each node in GiB; null leaves it to the site.</param>
/// <param name="Gpus">Accelerators in all.</param>
/// <param name="GpuType">Model of the accelerators; null: any.</param>
internal sealed record TaskShape(int Nodes, int Ranks, int Cores, double? MemoryGb, int Gpus, string? GpuType)
{
    /// <summary>Cores in all.</summary>
    public int TotalCores => ToCount((long)Ranks * Cores);

    /// <summary>Cores on each node; of the fullest node if the ranks are not divided evenly, which only a site can ask for.</summary>
    public int CoresPerNode => ToCount(((long)Ranks + Nodes - 1) / Nodes * Cores);

    /// <summary>Describes the shape for people: <c>2 nodes, 8 ranks of 4 cores, 16 GiB per node, 2 GPUs (a100)</c>.</summary>
    public string Describe()
    {
        var each = Nodes > 1 ? " per node" : "";
        return string.Join(
            ", ",
            new[]
            {
                Nodes > 1 ? CountText.FormatCount(Nodes, "node") : null,
                Ranks > 1
                    ? $"{CountText.FormatCount(Ranks, "rank")} of {CountText.FormatCount(Cores, "core")}"
                    : CountText.FormatCount(Cores, "core"),
                MemoryGb is { } memory ? string.Create(CultureInfo.InvariantCulture, $"{memory:0.######} GiB{each}") : null,
                Gpus > 0 ? CountText.FormatCount(Gpus, "GPU") + (GpuType is null ? "" : $" ({GpuType})") : null,
            }.OfType<string>()
        );
    }

    // A product of two legal counts may be too large; such a task fits nowhere.
    private static int ToCount(long value) => (int)Math.Min(value, int.MaxValue);
}
