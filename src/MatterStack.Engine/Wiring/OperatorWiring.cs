using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring;

/// <summary>What one operator key means: profile and defaults resolved.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Backend">What executes its attempts.</param>
/// <param name="MaxConcurrent">Most live attempts; null: no limit of its own.</param>
/// <param name="OperatorName">Name for people.</param>
/// <param name="Hash">Operator hash: of all that can change a result, and nothing else.</param>
internal sealed record OperatorWiring(OperatorKey Key, string Kind, Backend Backend, int? MaxConcurrent, string? OperatorName, Sha256 Hash)
{
    /// <summary>Values of the operator's own keys, without its backend.</summary>
    public required Settings Settings { get; init; }

    /// <summary>Values of the backend's keys.</summary>
    public required Settings BackendSettings { get; init; }

    /// <summary>The whole effective configuration as names and values, sorted by name.</summary>
    public required IReadOnlyList<EffectiveField> Effective { get; init; }
}
