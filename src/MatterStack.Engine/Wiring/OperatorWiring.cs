using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring.Codes;

namespace MatterStack.Engine.Wiring;

/// <summary>Wiring of one operator key in <c>operators.yaml</c>, with profile and defaults resolved. The engine creates it.</summary>
public sealed record OperatorWiring
{
    internal OperatorWiring() { }

    /// <summary>The operator key.</summary>
    public required OperatorKey Key { get; init; }

    /// <summary>Kind of the operator.</summary>
    public required string Kind { get; init; }

    /// <summary>Maximum number of live attempts; null if the operator has no own limit.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>How many of each named resource there are for its attempts alone.</summary>
    internal IReadOnlyDictionary<string, int> Resources =>
        Settings.GetIntegerMap("resources").ToDictionary(static pair => pair.Key, static pair => (int)pair.Value);

    /// <summary>Name for people; null if there is none.</summary>
    public string? OperatorName { get; init; }

    /// <summary>Operator hash: hash of exactly the values that can change a result.</summary>
    public required Sha256 Hash { get; init; }

    /// <summary>Values of the operator's own keys, without its backend.</summary>
    public required Settings Settings { get; init; }

    /// <summary>Values of the backend's keys; empty if there are none.</summary>
    public required Settings BackendSettings { get; init; }

    /// <summary>Executor of its attempts.</summary>
    internal Backend Backend { get; init; } = new Backend.None();

    /// <summary>Its codes and launchers, from all levels of the wiring. The operator hash does not include them.</summary>
    internal SiteCodes Codes { get; init; } = SiteCodes.None;

    /// <summary>The complete effective configuration as names and values, sorted by name.</summary>
    internal IReadOnlyList<EffectiveField> Effective { get; init; } = [];
}
