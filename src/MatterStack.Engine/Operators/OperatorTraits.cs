using MatterStack.Engine.Lifecycle.Model;

namespace MatterStack.Engine.Operators;

/// <summary>How the engine treats an operator's attempts.</summary>
public sealed record OperatorTraits
{
    /// <summary>Whether attempts wait for people: a loop with only such attempts returns instead of waiting, unless
    /// <c>Wait=true</c>.</summary>
    public bool WaitsForPeople { get; init; }

    /// <summary>Whether attempts use cores of this machine. The engine starts only as many as there are cores.</summary>
    public bool UsesLocalCores { get; init; }

    /// <summary>Whether starting many attempts together costs little more than starting one. A loop then releases them in large
    /// batches.</summary>
    public bool StartsInBatches { get; init; }

    /// <summary>Whether the same task with the same inputs gives the same result, so that the result may come from the cache. False for
    /// people and instruments.</summary>
    public bool IsCacheable { get; init; }

    /// <summary>Whether the operator ends attempts at their time limit itself. If true, the engine requests the end only one minute after
    /// the limit; if false, at the limit.</summary>
    public bool EnforcesTimeLimits { get; init; }

    /// <summary>Whether only the operator may end an attempt at its time limit. The engine does not see the processes or jobs, and they
    /// could run on.</summary>
    internal bool AloneEnforcesTimeLimits { get; init; }

    /// <summary>Time between an attempt's time limit and the engine's request to end it; null: the engine never requests it.</summary>
    internal TimeSpan? LimitGrace =>
        AloneEnforcesTimeLimits ? null
        : EnforcesTimeLimits ? TimeSpan.FromMinutes(1)
        : TimeSpan.Zero;

    /// <summary>Memory in GiB of the operator's own budget; null: the memory of this machine.</summary>
    internal decimal? MemoryGb { get; init; }

    /// <summary>Whether the engine assigns accelerators of this machine to the operator's attempts.</summary>
    internal bool AssignsGpus { get; init; }

    /// <summary>Accelerators of the operator; null: those of this machine.</summary>
    internal IReadOnlyList<string>? Gpus { get; init; }

    /// <summary>What the operator's attempts may request.</summary>
    internal RequestLimits Requests { get; init; } = RequestLimits.None;

    /// <summary>Number of cores of the operator's own budget; null: the cores of this machine.</summary>
    public int? Cores { get; init; }
}
