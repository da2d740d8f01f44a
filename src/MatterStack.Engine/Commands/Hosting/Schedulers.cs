using MatterStack.Engine.Operators.Hpc;
using MatterStack.Engine.Operators.Hpc.GridEngine;
using MatterStack.Engine.Operators.Hpc.Slurm;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Commands.Hosting;

/// <summary>The scheduler families. To add one, add a folder in <c>Operators/Hpc</c> and a line here.</summary>
internal static class Schedulers
{
    public static IReadOnlyList<SchedulerFamily> All { get; } = [SlurmFamily.Family, GridEngineFamily.Family];

    /// <summary>The wiring schema of everything that comes with MatterStack.</summary>
    public static WiringSchema Schema { get; } = WiringSchema.WithoutSchedulers.WithAdditional([.. All.Select(family => family.Backend)]);
}
