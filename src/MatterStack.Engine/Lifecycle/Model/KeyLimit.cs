using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Limits and properties of one operator key.</summary>
/// <param name="UnroutableReason">Why no attempt can start on it; null if attempts can start.</param>
/// <param name="MaxConcurrent">Maximum number of live attempts of the key; null means no limit.</param>
/// <param name="PoolIndex">Index of the pool whose cores its attempts use; null if they use none.</param>
/// <param name="WaitsForPeople">Whether its attempts wait for people.</param>
/// <param name="IntendAhead">How many attempts may be intended beyond the capacity, so that a start need not wait for a commit.</param>
/// <param name="IsCacheable">Whether its attempts give the same result for the same inputs, so that results can be cached.</param>
/// <param name="TimeLimitGrace">Time between an attempt's time limit and the engine's end request; null: only the operator enforces
/// limits.</param>
internal sealed record KeyLimit(
    string? UnroutableReason,
    int? MaxConcurrent,
    int? PoolIndex,
    int IntendAhead,
    bool WaitsForPeople = false,
    bool IsCacheable = false,
    TimeSpan? TimeLimitGrace = null
)
{
    /// <summary>Hash of the operator's effective configuration; no hash if no attempt can start on it.</summary>
    public Sha256 OperatorHash { get; init; }

    /// <summary>Index of the pool whose memory its attempts use; null if they use none.</summary>
    public int? MemoryPoolIndex { get; init; }

    /// <summary>Index of the pool whose accelerators its attempts get; null if the engine gives them none.</summary>
    public int? GpuPoolIndex { get; init; }

    /// <summary>Indexes in <see cref="WiringLimits.Resources"/> of the resources that its attempts may use, by name.</summary>
    public IReadOnlyDictionary<string, int> Resources { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, int>.Empty;

    /// <summary>What its attempts may request.</summary>
    public RequestLimits Requests { get; init; } = RequestLimits.None;

    /// <summary>Codes and launchers of the operator.</summary>
    public SiteCodes Codes { get; init; } = SiteCodes.None;

    /// <summary>Memory in MiB that an attempt occupies: what its task states, cut to the ceiling of the operator.</summary>
    public int GetMemoryMib(TaskNeeds needs) =>
        Requests.MaxMemoryGb is { } most ? Math.Min(needs.MemoryMib, TaskNeeds.ToMebibytes(most)) : needs.MemoryMib;
}
