using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>A parsed and checked <c>operators.yaml</c>, with profiles and defaults resolved.</summary>
internal sealed class OperatorsFile
{
    /// <summary>Wiring of each operator key.</summary>
    public required IReadOnlyDictionary<OperatorKey, OperatorWiring> Operators { get; init; }

    /// <summary>Keys of unknown kinds; empty unless <see cref="WiringSchema.SkipsUnknownKinds"/>.</summary>
    public IReadOnlyList<OperatorKey> SkippedKeys { get; init; } = [];

    /// <summary>Settings for all operators together.</summary>
    public Settings Defaults { get; init; } = Settings.Empty;

    /// <summary>Codes and launchers at the top, for all operators.</summary>
    public Settings Codes { get; init; } = Settings.Empty;

    /// <summary>Maximum number of live attempts of all operators together; null if there is no limit.</summary>
    public int? MaxConcurrentGlobal => Defaults.GetInteger("max_concurrent_global");

    /// <summary>Folder with which runs share limits, as written; null if they share none.</summary>
    public string? SharedLimits => Defaults.GetText("shared_limits");

    /// <summary>How many of each named resource there are for all operators together.</summary>
    public IReadOnlyDictionary<string, int> Resources =>
        Defaults.GetIntegerMap("resources").ToDictionary(static pair => pair.Key, static pair => (int)pair.Value);

    /// <summary>Legacy files that it references. A snapshot must be self-contained: references are replaced by their content before the
    /// file is persisted.</summary>
    public IReadOnlyList<LegacyInput> LegacyInputs { get; init; } = [];

    /// <summary>Parses a file.</summary>
    /// <param name="canonicalBytes">Content of the file; see <see cref="CanonicalBytes"/>.</param>
    /// <param name="displayPath">Name of the file in problems.</param>
    /// <param name="schema">Allowed keys and values.</param>
    /// <param name="outside">Finds legacy files that it references; null if it must be self-contained.</param>
    public static Result<OperatorsFile> Parse(
        ReadOnlySpan<byte> canonicalBytes,
        string displayPath,
        WiringSchema schema,
        IExternalBackends? outside
    )
    {
        var decoded = CanonicalBytes.Decode(canonicalBytes, displayPath);
        return decoded.TryGet(out var text)
            ? new OperatorsFileReader(schema, displayPath, outside).Read(text)
            : Result<OperatorsFile>.Fail(decoded.Problems);
    }

    /// <summary>Whether both files have the same meaning for every operator, including scheduling and names.</summary>
    public bool HasSameMeaningAs(OperatorsFile other) =>
        EffectiveFields.FromDefaults(Defaults).SequenceEqual(EffectiveFields.FromDefaults(other.Defaults))
        && Operators.Count == other.Operators.Count
        && Operators.All(pair => other.Operators.TryGetValue(pair.Key, out var twin) && pair.Value.Effective.SequenceEqual(twin.Effective));
}
