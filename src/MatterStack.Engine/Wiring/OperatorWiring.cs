using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring;

/// <summary>What <c>operators.yaml</c> says of one operator key: profile and defaults resolved. Made by the engine.</summary>
public sealed record OperatorWiring
{
    internal OperatorWiring()
    {
    }

    /// <summary>The key.</summary>
    public required OperatorKey Key { get; init; }

    /// <summary>Its kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Most live attempts; null: no limit of its own.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>Name for people; null if it has none.</summary>
    public string? OperatorName { get; init; }

    /// <summary>Operator hash: of all that can change a result, and nothing else.</summary>
    public required Sha256 Hash { get; init; }

    /// <summary>Values of the operator's own keys, without its backend.</summary>
    public required Settings Settings { get; init; }

    /// <summary>Values of the backend's keys; empty if it has none.</summary>
    public required Settings BackendSettings { get; init; }

    /// <summary>What executes its attempts.</summary>
    internal Backend Backend { get; init; } = new Backend.None();

    /// <summary>The whole effective configuration as names and values, sorted by name.</summary>
    internal IReadOnlyList<EffectiveField> Effective { get; init; } = [];
}
