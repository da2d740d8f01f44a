using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Legacy;
using MatterStack.Engine.Wiring.Schema;

namespace MatterStack.Engine.Wiring;

/// <summary>A parsed and checked <c>operators.yaml</c>, with profiles and defaults resolved.</summary>
internal sealed class OperatorsFile
{
    /// <summary>What each key means.</summary>
    public required IReadOnlyDictionary<OperatorKey, OperatorWiring> Operators { get; init; }

    /// <summary>Keys whose kinds are not known here; only where <see cref="WiringSchema.PassesOverUnknownKinds"/>.</summary>
    public IReadOnlyList<OperatorKey> PassedOver { get; init; } = [];

    /// <summary>What concerns all operators together.</summary>
    public Settings Defaults { get; init; } = Settings.Empty;

    /// <summary>Most live attempts of all operators together; null: no such limit.</summary>
    public int? MaxConcurrentGlobal => Defaults.Integer("max_concurrent_global");

    /// <summary>Legacy files that it refers to. A snapshot must stand alone, so such a file is written out anew before it is persisted.</summary>
    public IReadOnlyList<LegacyInput> Outside { get; init; } = [];

    /// <summary>Parses a file.</summary>
    /// <param name="canonicalBytes">See <see cref="CanonicalBytes"/>.</param>
    /// <param name="displayPath">The file's name in problems.</param>
    /// <param name="schema">What it may say.</param>
    /// <param name="outside">Finds legacy files that it refers to; null: it must stand alone.</param>
    public static Result<OperatorsFile> Parse(ReadOnlySpan<byte> canonicalBytes, string displayPath, WiringSchema schema, IOutsideBackends? outside)
    {
        var decoded = CanonicalBytes.Decode(canonicalBytes, displayPath);
        return decoded.TryGet(out var text)
            ? new OperatorsFileReader(schema, displayPath, outside).Read(text)
            : Result<OperatorsFile>.Fail(decoded.Problems);
    }

    /// <summary>Whether both mean the same for every operator, scheduling and names included.</summary>
    public bool MeansTheSameAs(OperatorsFile other) =>
        EffectiveFields.OfDefaults(Defaults).SequenceEqual(EffectiveFields.OfDefaults(other.Defaults))
        && Operators.Count == other.Operators.Count
        && Operators.All(pair => other.Operators.TryGetValue(pair.Key, out var twin) && pair.Value.Effective.SequenceEqual(twin.Effective));
}
