using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Limits of the wiring for live attempts.</summary>
/// <param name="MaxConcurrent">Maximum number of attempts of all operators together; null means no limit.</param>
/// <param name="Keys">One entry per operator key of the run, in the order of <see cref="RunModel.Keys"/>.</param>
/// <param name="PoolCores">Number of cores of each pool that operators share (this machine is one pool).</param>
internal sealed record WiringLimits(int? MaxConcurrent, IReadOnlyList<KeyLimit> Keys, IReadOnlyList<int> PoolCores)
{
    /// <summary>Hash of the wiring in force, with which attempts are intended.</summary>
    public Sha256 WiringHash { get; init; }

    /// <summary>Memory in MiB of each pool that operators share.</summary>
    public IReadOnlyList<int> PoolMemoryMib { get; init; } = [];

    /// <summary>Accelerators of each pool that operators share. A device is given to one attempt at a time, also if several pools name
    /// it.</summary>
    public IReadOnlyList<IReadOnlyList<string>> PoolGpus { get; init; } = [];

    /// <summary>Named resources of the run and of its operators.</summary>
    public IReadOnlyList<ResourceLimit> Resources { get; init; } = [];

    /// <summary>Accelerators that attempts of other runs occupy.</summary>
    public IReadOnlyCollection<string> GpusHeldElsewhere { get; init; } = [];
}
