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
}
