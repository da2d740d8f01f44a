namespace MatterStack.Engine.Lifecycle;

/// <summary>What the wiring allows at a time.</summary>
/// <param name="MaxConcurrent">Attempts of all operators together; null means no bound.</param>
/// <param name="Keys">One entry per operator key of the run, in the order of <see cref="RunModel.Keys"/>.</param>
/// <param name="PoolCores">Cores of each pool that operators share (this machine is one).</param>
internal sealed record WiringLimits(int? MaxConcurrent, IReadOnlyList<KeyLimit> Keys, IReadOnlyList<int> PoolCores);

/// <summary>What one operator key allows.</summary>
/// <param name="Unroutable">Why nothing can be started on it; null if it can.</param>
/// <param name="MaxConcurrent">Attempts at a time; null means no bound of its own.</param>
/// <param name="Pool">Index of the pool whose cores its attempts take, or -1.</param>
/// <param name="People">Whether its attempts wait for people.</param>
/// <param name="Ahead">How many attempts may be intended beyond the room there is, so that a start need not wait for a commit.</param>
/// <param name="Repeatable">Whether its attempts give the same again for the same inputs, so that a known result need not be computed.</param>
/// <param name="LimitGrace">How long after an attempt's time limit the engine asks for its end; null: its operator alone keeps limits.</param>
internal sealed record KeyLimit(string? Unroutable, int? MaxConcurrent, int Pool, int Ahead, bool People = false, bool Repeatable = false, TimeSpan? LimitGrace = null);
