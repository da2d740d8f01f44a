using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Shape that a site gives to tasks that state none.</summary>
/// <param name="Nodes">Machines; null: the scheduler decides.</param>
/// <param name="Ranks">Processes; null: one on each machine.</param>
/// <param name="Cores">Cores of each process.</param>
/// <param name="MemoryGb">Memory on each machine.</param>
/// <param name="Gpus">Accelerators.</param>
internal sealed record SiteShape(int? Nodes, int? Ranks, int? Cores, decimal? MemoryGb, int? Gpus)
{
    /// <summary>Reads the values of a backend; families without nodes and processes have no such keys.</summary>
    public static SiteShape FromOptions(Settings options) =>
        new(
            options.GetInteger("nodes"),
            options.GetInteger("ntasks"),
            options.GetInteger("cores"),
            options.GetNumber("memory_gb"),
            options.GetInteger("gpus")
        );

    /// <summary>Whether a task says itself how many processes it has on how many machines; then the site's numbers do not count.</summary>
    public static bool IsStatedBy(CampaignTask task) => task.Ranks > 1 || task.Nodes > 1;

    /// <summary>Returns the shape of a job: the task's values, otherwise the site's.</summary>
    public TaskShape GetShape(CampaignTask task)
    {
        var stated = IsStatedBy(task);
        return new TaskShape(
            stated ? task.Nodes : Nodes ?? 1,
            stated ? task.Ranks : Ranks ?? Nodes ?? 1,
            task.Cores > 1 ? task.Cores : Cores ?? 1,
            task.MemoryGb ?? (double?)MemoryGb,
            task.Gpus > 0 ? task.Gpus : Gpus ?? 0,
            task.GpuType
        );
    }
}
